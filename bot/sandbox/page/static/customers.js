// Writing as a customer of one of the networks: a sample one or a new handle; a new post, a follow-up, or an edit.

import { onNetwork } from "./deeds.js";
import { h } from "./dom.js";
import { loaded, stateOf } from "./networks.js";
import { changed, set, store } from "./store.js";
import { say } from "./words.js";

const NEW = "+";

export function customerComposer() {
  const id = "customer";
  const { timeline } = store;
  const kind = stateOf(timeline.network) ? timeline.network : loaded()[0].kind;
  const { own, customers } = stateOf(kind);
  const author = timeline.author ?? customers[0]?.handle ?? NEW;
  const isNew = author === NEW;
  const submit = async (event) => {
    event.preventDefault();
    const handle = (isNew ? store.typed.get("customer handle") ?? "" : author).replace(/^@/, "").trim();
    const text = textOf(id, `@${own.handle} `).trim();
    if (!handle || !text || !(await onNetwork(kind, "post", { handle, text, in_reply_to: null }))) return;
    store.typed.delete(id);
    set({ timeline: { ...store.timeline, author: handle } });
  };
  return h("form", { class: "customer-composer", "data-testid": "customer-composer", onsubmit: submit }, [
    h("div", { class: "row row-author" }, [
      h("select", {
        class: "select select-network", key: "network", "aria-label": say("Network"), "data-testid": "customer-network", value: kind,
        onchange: (event) => changeNetwork(event.currentTarget.value),
      }, loaded().map((network) => h("option", { value: network.kind, key: network.kind }, network.name))),
      h("select", {
        class: "select", key: "author", "aria-label": say("Post as"), "data-testid": "customer-author", value: author,
        onchange: (event) => set({ timeline: { ...store.timeline, author: event.currentTarget.value } }),
      }, [
        customers.map((customer) => h("option", { value: customer.handle, key: customer.handle }, describe(customer))),
        h("option", { value: NEW, key: NEW }, say("A new customer…")),
      ]),
      isNew && h("input", {
        class: "input", key: "handle", "aria-label": say("New customer's handle"), placeholder: kind === "x" ? "@handle" : "@name.example.com", maxlength: kind === "x" ? "15" : "60", autocomplete: "off", "data-testid": "customer-handle",
        value: store.typed.get("customer handle") ?? "", oninput: (event) => type("customer handle", event.currentTarget.value),
      }),
    ]),
    textBox(id, `@${own.handle} `, say("What the customer says"), "customer-text"),
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
      ? await onNetwork(post.network.kind, "edit", { id: post.id, text })
      : await onNetwork(post.network.kind, "post", { handle: open.author, text, in_reply_to: post.id });
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

function changeNetwork(kind) {
  store.typed.delete("customer"); // it begins with the other account's handle
  set({ timeline: { ...store.timeline, network: kind, author: null } });
}

// X itself puts the handles in front of a reply, and does so again after an edit.
const ownWords = ({ text, in_reply_to: parent, network }) => (parent && network.kind === "x" ? text.replace(/^(@\w+ )+/, "") : text);

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
