// What texts and blocks need to know about the reader: who they are, names, time zone, the sandbox's clock.

import { now, store } from "./store.js";

export const users = () => store.slack?.users ?? [];
export const userOf = (id) => users().find((user) => user.id === id);
export const me = () => userOf(store.user) ?? { id: store.user, real_name: store.user, locale: "en-GB", tz: undefined };
export const conversations = () => [...(store.slack?.channels ?? []), ...(store.slack?.dms ?? [])];
export const conversation = (id) => conversations().find((one) => one.id === id);

export function context() {
  return {
    me: store.user,
    who: me(),
    now,
    nameOf: (id) => userOf(id)?.real_name ?? (id === "U0BOT" ? "webcare" : undefined),
    channelOf: (id) => store.slack?.channels.find((channel) => channel.id === id)?.name,
  };
}
