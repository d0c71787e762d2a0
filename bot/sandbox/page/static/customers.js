// Writing as a customer: a sample one or a new handle; a new post, a follow-up, or an edit.

import { onX } from "./deeds.js";
import { h } from "./dom.js";
import { changed, set, store } from "./store.js";
import { say } from "./words.js";

const NEW = "+";

export function customerComposer() {
  const id = "customer";
  const { timeline } = store;
  const author = timeline.author ?? store.x.customers[0]?.handle ?? NEW;
  const isNew = author === NEW;
  const submit = async (event) => {
    event.preventDefault();
    const handle = (isNew ? store.typed.get("customer handle") ?? "" : author).replace(/^@/, "").trim();
    const text = textOf(id, `@${store.x.own.handle} `).trim();
    if (!handle || !text || !(await onX("post", { handle, text, in_reply_to: null }))) return;
    store.typed.delete(id);
    set({ timeline: { ...store.timeline, author: handle } });
  };
  return h("form", { class: "customer-composer", "data-testid": "customer-composer", onsubmit: submit }, [
    h("div", { class: "row" }, [
      h("select", {
        class: "select", "aria-label": say("Post as"), "data-testid": "customer-author", value: author,
        onchange: (event) => set({ timeline: { ...timeline, author: event.currentTarget.value } }),
      }, [
        store.x.customers.map((customer) => h("option", { value: customer.handle, key: customer.handle }, describe(customer))),
        h("option", { value: NEW, key: NEW }, say("A new customer…")),
      ]),
      isNew && h("input", {
        class: "input", key: "handle", "aria-label": say("New customer's handle"), placeholder: "@handle", maxlength: "15", autocomplete: "off", "data-testid": "customer-handle",
        value: store.typed.get("customer handle") ?? "", oninput: (event) => type("customer handle", event.currentTarget.value),
      }),
    ]),
    textBox(id, `@${store.x.own.handle} `, say("What the customer says"), "customer-text"),
    h("div", { class: "row row-end" }, h("button", { type: "submit", class: "button button-primary", "data-testid": "customer-send" }, say("Post"))),
  ]);
}

/** The small form under a post: `open`: {id, mode: "reply" | "edit", author}. */
export function inlineComposer(post, open) {
  const id = `${open.mode} ${post.id}`;
  const initial = open.mode === "edit" ? ownWords(post) : "";
  const close = () => set({ timeline: { ...store.timeline, open: null } });
  const submit = async (event) => {
    event.preventDefault();
    const text = textOf(id, initial).trim();
    if (!text) return;
    const done = open.mode === "edit"
      ? await onX("edit", { id: post.id, text })
      : await onX("post", { handle: open.author, text, in_reply_to: post.id });
    if (!done) return;
    store.typed.delete(id);
    close();
  };
  return h("form", { class: "inline-composer", key: id, onsubmit: submit, onkeydown: (event) => event.key === "Escape" && close() }, [
    open.mode === "reply" && h("p", { class: "quiet" }, say("as @{handle}", { handle: open.author })),
    textBox(id, initial, open.mode === "edit" ? say("New text") : say("Follow-up"), "post-text", focusAtEnd),
    h("div", { class: "row row-end" }, [
      h("button", { type: "button", class: "button", onclick: close }, say("Cancel")),
      h("button", { type: "submit", class: "button button-primary", "data-testid": "post-send" }, open.mode === "edit" ? say("Save") : say("Reply")),
    ]),
  ]);
}

// X itself puts the handles in front of a reply, and does so again after an edit.
const ownWords = ({ text, in_reply_to: parent }) => (parent ? text.replace(/^(@\w+ )+/, "") : text);

function focusAtEnd(box) {
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

const textOf = (id, initial) => store.typed.get(id) ?? initial;

function type(id, text) {
  store.typed.set(id, text);
  changed();
}

const textBox = (id, initial, label, testId, mounted) => h("textarea", {
  class: "input", rows: "2", "aria-label": label, "data-testid": testId, value: textOf(id, initial), mounted,
  oninput: (event) => type(id, event.currentTarget.value),
});

const describe = ({ name, handle, language, kind }) =>
  `${name} @${handle}${kind || language ? ` (${[kind, language].filter(Boolean).join(", ")})` : ""}`;
