// The middle of the workspace: one conversation with its day separators, or the App Home.

import { blocksView } from "./blocks.js";
import { composer } from "./composer.js";
import { conversation, me } from "./context.js";
import { dayLabel, dayOf, instantOf } from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { messageView } from "./message.js";
import { newsPill, scroller } from "./scroll.js";
import { hideTips, now, set, store } from "./store.js";
import { say } from "./words.js";

const SHOWN = 100; // the newest messages; older ones are a click away
const TIPS = "Try: claim a card and reply, act as Lars and claim the same one, type /webcare open, or start a storm.";
const COMPACT_WITHIN = 5 * 60_000;

export function channelPane() {
  if (store.place === "home") return homePane();
  const channel = conversation(store.place);
  if (!channel) return h("main", { class: "pane channel", key: "none" }, h("p", { class: "empty" }, say("This conversation does not exist here.")));
  const name = channel.id.startsWith("D") ? channel.name : `#${channel.name}`;
  const { messages } = channel;
  const shown = store.wholeOf === channel.id ? messages : messages.slice(-SHOWN);
  return h("main", { class: "pane channel", key: channel.id, "aria-label": name }, [
    paneHead(name, channel.id.startsWith("D") ? say("Direct messages with the app") : null),
    tips(),
    scroller(channel.id, { role: "log", "aria-label": say("Messages in {name}", { name }), "aria-live": "off" }, [
      shown.length < messages.length && h("button", { type: "button", class: "button older", key: "older", onclick: () => set({ wholeOf: channel.id }) },
        say("Show {count} earlier messages", { count: messages.length - shown.length })),
      messages.length === 0 && h("p", { class: "empty", key: "empty" }, say("Nothing here yet.")),
      withSeparators(shown, channel.id),
    ]),
    newsPill(channel.id),
    composer({ id: channel.id, channel: channel.id, thread: null, label: say("Message {name}", { name }) }),
  ]);
}

function withSeparators(messages, channel) {
  let before = null;
  return messages.map((message) => {
    const at = instantOf(message.ts);
    const sameDay = before && dayOf(instantOf(before.ts), me()) === dayOf(at, me());
    const compact = Boolean(sameDay && before.author.id === message.author.id && at - instantOf(before.ts) < COMPACT_WITHIN
      && !message.ephemeral && !before.ephemeral && !message.broadcast);
    before = message;
    const separator = !sameDay && h("div", { class: "day", key: `day ${message.ts}`, role: "separator" }, h("span", {}, dayLabel(at, me(), now())));
    return [separator, messageView(message, { channel, compact })];
  });
}

const tips = () => store.tips && h("p", { class: "tips", key: "tips", "data-testid": "tips" }, [
  h("span", {}, say(TIPS)),
  h("button", { type: "button", class: "icon-button", "aria-label": say("Hide this"), onclick: hideTips }, icon("close")),
]);

export const paneHead = (name, note) => h("header", { class: "pane-head" }, [
  h("button", {
    type: "button", class: "icon-button only-phone", "aria-label": say("Channels"), "aria-expanded": String(store.channelsOpen),
    onclick: () => set({ channelsOpen: !store.channelsOpen }),
  }, icon("menu")),
  h("h1", { class: "pane-title" }, name),
  note && h("span", { class: "quiet pane-note" }, note),
]);

function homePane() {
  const view = store.slack?.home;
  return h("main", { class: "pane channel", key: "home", "aria-label": say("App Home") }, [
    paneHead("webcare", say("Home of the app")),
    h("div", { class: "home scroll", "data-testid": "home" }, view
      ? blocksView(view.blocks, { type: "view", view_id: view.id })
      : h("p", { class: "empty" }, say("The app has not published a Home for you."))),
  ]);
}
