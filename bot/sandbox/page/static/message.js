// One message: who, when, its blocks or its text, and the door to its Slack thread.

import { avatar } from "./avatar.js";
import { blocksView } from "./blocks.js";
import { me } from "./context.js";
import { fullTimeOf, instantOf, shortTime, timeOf } from "./dates.js";
import { runShortcut } from "./deeds.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { now, set, store } from "./store.js";
import { messageText } from "./text.js";
import { say } from "./words.js";

/** `place`: {channel, inThread, compact}; `compact` leaves out the author, who also wrote the message before. */
export function messageView(message, { channel, inThread = false, compact = false }) {
  const kind = `${message.ephemeral ? " ephemeral" : ""}${compact ? " compact" : ""}`;
  const openThread = () => set({ thread: { channel, ts: message.thread_ts ?? message.ts } });
  return h("article", {
    class: `message${kind}`, key: message.ts, "data-testid": "message", "data-ts": message.ts, "data-channel": channel,
    "data-ephemeral": message.ephemeral ? "true" : null, "aria-label": `${message.author.name}, ${timeOf(instantOf(message.ts), me())}`,
  }, [
    h("div", { class: "gutter" }, compact ? stamp(message) : avatar(message.author)),
    h("div", { class: "message-body" }, [
      message.ephemeral && h("p", { class: "message-note", key: "note" }, [icon("eye"), say("Only visible to you")]),
      message.broadcast && !inThread && h("button", { type: "button", class: "message-note as-link from-thread", key: "from", onclick: openThread }, say("replied to a thread")),
      !compact && h("header", { class: "message-head", key: "head" }, [
        h("strong", { class: "author" }, message.author.name),
        message.author.bot && h("span", { class: "app-badge" }, "APP"),
        stamp(message),
      ]),
      message.blocks?.length
        ? blocksView(message.blocks, { type: "message", channel, ts: message.ts })
        : h("div", { class: "message-text", key: "text" }, [messageText(message.text)]),
      message.edited && h("span", { class: "edited", key: "edited" }, say("(edited)")),
      !inThread && message.replies?.length > 0 && repliesBar(message, openThread),
    ]),
    !message.ephemeral && ofMessages().length > 0 && shortcuts(message, channel, inThread),
    !inThread && !message.ephemeral && !message.broadcast && h("button", {
      type: "button", class: "hover-action", key: "thread", "aria-label": say("Reply in thread"), title: say("Reply in thread"), "data-testid": "open-thread", onclick: openThread,
    }, icon("thread")),
  ]);
}

const ofMessages = () => store.slack.shortcuts.filter((each) => !each.is_global);

function shortcuts(message, channel, inThread) {
  const items = ofMessages().map((each) => ({
    label: each.name, key: each.callback_id, props: { "data-testid": "shortcut", "data-callback-id": each.callback_id },
    choose: () => runShortcut(channel, message.ts, each),
  }));
  const props = { "data-testid": "shortcuts" };
  const place = inThread || message.broadcast ? "hover-action" : "hover-action beside";
  return h("div", { class: place, key: "shortcuts" }, menu({ class: "as-icon", label: say("More actions"), content: icon("more"), props }, items));
}

function stamp(message) {
  const at = instantOf(message.ts);
  return h("time", { class: "stamp", datetime: new Date(at).toISOString(), title: fullTimeOf(at, me()) }, timeOf(at, me()));
}

function repliesBar(message, openThread) {
  const { replies } = message;
  const authors = [...new Map(replies.map((reply) => [reply.author.id, reply.author])).values()].slice(0, 4);
  const words = replies.length === 1 ? say("1 reply") : say("{count} replies", { count: replies.length });
  return h("button", { type: "button", class: "replies", key: "replies", "data-testid": "replies", onclick: openThread }, [
    h("span", { class: "repliers" }, authors.map((author) => avatar(author, "small"))),
    h("strong", {}, words),
    h("span", { class: "quiet" }, say("Last reply {time}", { time: shortTime(instantOf(replies.at(-1).ts), me(), now()) })),
  ]);
}
