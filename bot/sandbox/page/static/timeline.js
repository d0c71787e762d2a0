// The customers' side: conversations on all networks, the newest first, and the means to speak as a customer.

import { h } from "./dom.js";
import { customerComposer } from "./customers.js";
import { allPosts, loaded, stateOf } from "./networks.js";
import { paceSlider, stormButton } from "./pace.js";
import { postView } from "./post.js";
import { set, store } from "./store.js";
import { say } from "./words.js";

const SHOWN = 60; // conversations

export function timelinePane() {
  if (!store.x) return h("section", { class: "pane timeline" }, h("p", { class: "empty" }, say("The customers' timeline is loading.")));
  const conversations = byConversation(allPosts());
  const shown = store.wholeTimeline ? conversations : conversations.slice(0, SHOWN);
  return h("section", { class: "pane timeline", "aria-label": say("Customers' timeline") }, [
    h("header", { class: "pane-head" }, [
      h("h2", { class: "pane-title" }, say("Customers")),
      h("span", { class: "quiet pane-note" }, say("about {handles}", { handles: loaded().map(({ kind }) => `@${stateOf(kind).own.handle}`).join(", ") })),
    ]),
    h("div", { class: "weather" }, [paceSlider(), stormButton()]),
    customerComposer(),
    h("div", { class: "posts scroll", tabindex: "0", role: "feed", "aria-label": say("Posts") }, [
      shown.length === 0 && h("p", { class: "empty", key: "empty" }, say("Nobody has posted yet.")),
      shown.map(({ id, posts }) => h("div", { class: "conversation", key: id }, posts.map((post) => postView(post, posts)))),
      shown.length < conversations.length && h("button", { type: "button", class: "button older", key: "older", onclick: () => set({ wholeTimeline: true }) }, say("Show older posts")),
    ]),
  ]);
}

// Posts of a network come newest first; a conversation stands where its newest post is, and is read from its beginning.
function byConversation(posts) {
  const groups = new Map();
  for (const post of posts) groups.set(post.conversation_id, [post, ...(groups.get(post.conversation_id) ?? [])]);
  return [...groups]
    .map(([id, group]) => ({ id, posts: group, newest: group.at(-1).created_at }))
    .sort((one, other) => other.newest.localeCompare(one.newest));
}
