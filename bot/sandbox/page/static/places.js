// Going from one channel to another, and what is unread in the others.

import { conversations } from "./context.js";
import { openHome } from "./deeds.js";
import { store, set } from "./store.js";

export function goTo(place) {
  history.replaceState(null, "", `${location.search}#${encodeURIComponent(place)}`);
  set({ place, thread: null, channelsOpen: false, tab: place === "home" ? "home" : "slack" });
  if (place === "home") openHome();
}

/** The channel that opens first, and again when the address names none. */
export function settlePlace() {
  if (store.place === "home" || conversations().some(({ id }) => id === store.place)) return;
  store.place = conversations()[0]?.id ?? "";
}

const newest = (channel) => Number(channel.messages.at(-1)?.ts ?? 0);
const readKey = (channel) => `${store.user} ${channel.id}`;

/** How many messages came since the acting person last had this conversation open. */
export function unread(channel) {
  const read = store.lastRead.get(readKey(channel)) ?? 0;
  return channel.messages.filter(({ ts }) => Number(ts) > read).length;
}

const phone = matchMedia("(max-width: 720px)");

/** What was there at the first look counts as read; so does everything in the channel that is on the screen. */
export function markRead() {
  const hidden = phone.matches && store.tab !== "slack";
  for (const channel of conversations()) {
    const key = readKey(channel);
    if (!store.lastRead.has(key) || (channel.id === store.place && !hidden)) store.lastRead.set(key, newest(channel));
  }
}
