// Tells a screen reader what came in, in the open conversation and nowhere else.

import { conversation } from "./context.js";
import { store } from "./store.js";

const region = document.getElementById("announcements");
let known = { list: null, ts: 0 };

export function announce() {
  const channel = conversation(store.place);
  if (!channel) return;
  const messages = store.thread ? (channel.messages.find(({ ts }) => ts === store.thread.ts)?.replies ?? []) : channel.messages;
  const list = `${store.user} ${store.place} ${store.thread?.ts ?? ""}`;
  const newest = Number(messages.at(-1)?.ts ?? 0);
  if (known.list === list && newest > known.ts) {
    const { author, text } = messages.at(-1);
    region.textContent = `${author.name}: ${text}`;
  }
  known = { list, ts: newest };
}
