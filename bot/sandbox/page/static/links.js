// Links to the networks and to Slack lead to what they mean in the sandbox, where it is here, and never out of it unasked.

import { conversations } from "./context.js";
import { goTo } from "./places.js";
import { allPosts } from "./networks.js";
import { set, store } from "./store.js";

const POST = /^https:\/\/(?:(?:x|twitter)\.com\/.+\/status|bsky\.app\/profile\/.+\/post)\/(\w+)/;
const MESSAGE = /\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?|$)/;

export function keepLinksInside() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && (openPost(link.href) || openMessage(link.href))) event.preventDefault();
  });
}

function openPost(address) {
  const name = POST.exec(address)?.[1];
  const post = name && allPosts().find(({ id }) => id === name || id.endsWith(`/${name}`));
  if (!post) return false;
  set({ tab: "customers" });
  return show(`[data-post-id="${post.id}"]`);
}

function openMessage(address) {
  const [, channel, seconds, fraction] = MESSAGE.exec(address) ?? [];
  const ts = `${seconds}.${fraction}`;
  const messages = conversations().find(({ id }) => id === channel)?.messages ?? [];
  const parent = messages.find((message) => message.ts === ts || message.replies.some((reply) => reply.ts === ts));
  if (!parent) return false;
  goTo(channel);
  set({ wholeOf: channel }); // it may be older than what is shown
  if (parent.ts !== ts) set({ thread: { channel, ts: parent.ts } });
  return show(`[data-ts="${ts}"]`);
}

// After the next drawing, which may be the one that makes it.
function show(selector) {
  requestAnimationFrame(() => {
    const found = document.querySelector(selector);
    found?.scrollIntoView({ block: "center" });
    found?.animate([{ background: "color-mix(in srgb, var(--gold) 45%, transparent)" }, {}], 2000);
  });
  return true;
}
