// One post on the network.

import { customerAvatar } from "./avatar.js";
import { me } from "./context.js";
import { inlineComposer } from "./customers.js";
import { fullTimeOf, shortTime } from "./dates.js";
import { onNetwork } from "./deeds.js";
import { h } from "./dom.js";
import { now, set, store } from "./store.js";
import { say } from "./words.js";

/** `posts`: the conversation that it belongs to, oldest first. */
export function postView(post, posts) {
  const at = Date.parse(post.created_at);
  const parent = posts.find(({ id }) => id === post.in_reply_to);
  const open = store.timeline.open?.id === post.id && store.timeline.open;
  return h("article", {
    class: `post${post.in_reply_to ? " post-reply" : ""}${post.own ? " post-own" : ""}${post.deleted ? " post-deleted" : ""}`,
    key: post.id, "data-testid": "timeline-post", "data-post-id": post.id, "data-own": post.own ? "true" : null, "data-deleted": post.deleted ? "true" : null,
    "aria-label": `${post.author.name} @${post.author.handle}`,
  }, [
    customerAvatar(post.author, post.own),
    h("div", { class: "post-body" }, [
      h("header", { class: "post-head" }, [
        h("strong", { class: "author" }, post.author.name),
        h("span", { class: "quiet handle" }, `@${post.author.handle}`),
        h("span", { class: "network", "data-testid": "post-network" }, post.network.name),
        h("time", { class: "quiet", datetime: post.created_at, title: fullTimeOf(at, me()) }, shortTime(at, me(), now())),
        post.own && h("span", { class: "own-badge" }, say("our reply")),
      ]),
      post.in_reply_to && h("p", { class: "replying quiet", key: "to" }, parent ? say("replying to @{handle}", { handle: parent.author.handle }) : say("replying to an earlier post")),
      post.deleted ? h("p", { class: "quiet", key: "gone" }, say("This post was deleted.")) : content(post, posts, open),
    ]),
  ]);
}

function content(post, posts, open) {
  if (open?.mode === "edit") return inlineComposer(post, open);
  return [
    h("p", { class: "post-text", key: "text", dir: "auto" }, post.text),
    post.edited && h("span", { class: "edited", key: "edited" }, say("(edited)")),
    (post.media ?? []).map(mediaView),
    open ? inlineComposer(post, open) : h("div", { class: "post-actions", key: "actions" }, actions(post, posts)),
  ];
}

const MOVING = { video: "Video", animated_gif: "GIF" };

const mediaView = ({ type, url, alt_text: alt }) => h("figure", { class: "post-picture", key: url }, [
  h("img", { src: url, alt: alt ?? "", loading: "lazy" }),
  MOVING[type] && h("figcaption", {}, MOVING[type]),
]);

function actions(post, posts) {
  const customer = post.own ? posts.find(({ own }) => !own)?.author : post.author;
  const unfold = (mode) => set({ timeline: { ...store.timeline, open: { id: post.id, mode, author: customer?.handle } } });
  const name = `${post.author.name}'s post`;
  const action = (label, testId, choose) => h("button", {
    type: "button", class: "post-action", key: testId, "data-testid": testId, "aria-label": `${label} ${name}`, onclick: choose,
  }, label);
  return [
    customer && action(post.own ? say("Reply") : say("Follow up"), "post-follow-up", () => unfold("reply")),
    !post.own && action(say("Edit"), "post-edit", () => unfold("edit")),
    !post.own && action(say("Delete"), "post-delete", () => onNetwork(post.network.kind, "delete", { id: post.id })),
  ];
}
