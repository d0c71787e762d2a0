// The Slack thread under one message: a column on a wide screen, a sheet on a phone. What is said here stays inside.

import { composer } from "./composer.js";
import { conversation } from "./context.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { messageView } from "./message.js";
import { newsPill, scroller } from "./scroll.js";
import { set, store } from "./store.js";
import { say } from "./words.js";

export function threadPane() {
  const { channel: id, ts } = store.thread ?? {};
  const channel = id && conversation(id);
  const parent = channel?.messages.find((message) => message.ts === ts);
  if (!parent) return null;
  const close = () => set({ thread: null });
  const list = `${id} ${ts}`;
  const count = parent.replies.length;
  return h("aside", {
    class: "pane thread", key: list, "aria-label": say("Thread"), "data-testid": "thread",
    onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && close(),
  }, [
    h("header", { class: "pane-head" }, [
      h("button", { type: "button", class: "icon-button only-phone", "aria-label": say("Back to the channel"), onclick: close }, icon("back")),
      h("h2", { class: "pane-title" }, say("Thread")),
      h("span", { class: "quiet pane-note" }, channel.id.startsWith("D") ? channel.name : `#${channel.name}`),
      h("button", { type: "button", class: "icon-button only-wide", "aria-label": say("Close thread"), onclick: close }, icon("close")),
    ]),
    scroller(list, { role: "log", "aria-label": say("Messages in this thread"), "aria-live": "off" }, [
      messageView(parent, { channel: id, inThread: true }),
      h("div", { class: "reply-count", key: "count" }, h("span", {}, count === 0 ? say("No replies yet") : count === 1 ? say("1 reply") : say("{count} replies", { count }))),
      parent.replies.map((reply) => messageView(reply, { channel: id, inThread: true })),
    ]),
    newsPill(list),
    composer({ id: list, channel: id, thread: ts, label: say("Reply in thread…") }),
  ]);
}
