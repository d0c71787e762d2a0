// Lists that stay at their end when something new comes, unless their reader has scrolled up.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, store } from "./store.js";
import { say } from "./words.js";

const NEAR_END = 48; // px
const lists = new Map(); // id -> {node, atEnd, last}

export function scroller(id, props, children) {
  return h("div", { class: "messages scroll", key: id, tabindex: "0", ...props, "data-scroll": id, onscroll: noteScroll, mounted: register }, children);
}

function register(node) {
  const list = { node, atEnd: true, last: null };
  lists.set(node.dataset.scroll, list);
  // Pictures load late, and the keyboard of a phone takes half the screen.
  const watch = new ResizeObserver(() => list.atEnd && toEnd(list));
  watch.observe(node);
  node.addEventListener("load", () => list.atEnd && toEnd(list), true);
}

function noteScroll(event) {
  const node = event.currentTarget;
  const list = lists.get(node.dataset.scroll);
  list.atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END;
  if (list.atEnd && store.unseen.delete(node.dataset.scroll)) changed();
}

const toEnd = (list) => (list.node.scrollTop = list.node.scrollHeight);

/** To be called after every drawing. */
export function settle() {
  for (const [id, list] of lists) {
    if (!list.node.isConnected) {
      lists.delete(id);
      continue;
    }
    const last = list.node.lastElementChild?.dataset?.ts ?? null;
    const isNew = list.last !== null && last !== list.last;
    list.last = last;
    if (list.atEnd) toEnd(list);
    else if (isNew && !store.unseen.has(id)) {
      store.unseen.add(id);
      changed();
    }
  }
}

/** After one's own message the list is followed again. */
export function follow(id) {
  const list = lists.get(id);
  if (list) {
    list.atEnd = true;
    toEnd(list);
  }
}

export const newsPill = (id) => store.unseen.has(id) && h("button", {
  type: "button", class: "news-pill", key: "news", "data-testid": "new-messages",
  onclick: () => {
    store.unseen.delete(id);
    follow(id);
    changed();
  },
}, [icon("down"), say("New messages")]);
