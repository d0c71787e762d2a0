// Modals and confirmation dialogues, on the platform's <dialog>: it keeps the focus inside and gives it back.

import { blocksView } from "./blocks.js";
import { closeView, submitView } from "./deeds.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { set, store } from "./store.js";
import { textObject } from "./text.js";
import { say } from "./words.js";

export function modalView() {
  const view = store.slack?.modal;
  if (!view) return null;
  const failure = store.viewErrors?.view === view.id ? store.viewErrors : null;
  const close = () => closeView(view, "close");
  return h("dialog", {
    class: "modal", key: view.id, "aria-labelledby": "modal-title", "data-testid": "modal", "data-callback-id": view.callback_id, mounted: openOnFirstField,
    oncancel: (event) => {
      event.preventDefault();
      close();
    },
    onclose: (event) => event.currentTarget.isConnected && close(), // A second Esc closes it whatever we say.
  }, h("form", { class: "modal-form", novalidate: true, onsubmit: (event) => submit(event, view) }, [
    h("header", { class: "modal-head" }, [
      h("h2", { id: "modal-title" }, textObject(view.title)),
      h("button", { type: "button", class: "icon-button", "aria-label": say("Close"), onclick: () => closeView(view, "clear") }, icon("close")),
    ]),
    h("div", { class: "modal-body scroll" }, [
      failure?.error && h("p", { class: "error", role: "alert", key: "error", "data-testid": "modal-error" }, failure.error),
      blocksView(view.blocks, { type: "view", view_id: view.id }, failure?.errors),
    ]),
    h("footer", { class: "modal-foot" }, [
      h("button", { type: "button", class: "button", key: "close", "data-testid": "modal-close", onclick: close }, textObject(view.close) ?? (view.submit ? say("Cancel") : say("Close"))),
      view.submit && h("button", {
        type: "submit", class: "button button-primary", key: "submit", "data-testid": "modal-submit", "aria-busy": store.busy.has(view.id) ? "true" : null,
      }, textObject(view.submit)),
    ]),
  ]));
}

function openOnFirstField(dialog) {
  dialog.showModal();
  const field = dialog.querySelector("[data-autofocus]") ?? dialog.querySelector(".block-input :is(input, textarea, select)");
  (field ?? dialog.querySelector(".modal-foot .button:last-child")).focus();
}

async function submit(event, view) {
  event.preventDefault();
  if (store.busy.has(view.id)) return;
  const form = event.currentTarget;
  await submitView(view);
  requestAnimationFrame(() => form.querySelector("[aria-invalid]")?.focus());
}

/** The question of an element's `confirm` object. */
export function confirmView() {
  const question = store.confirm;
  if (!question) return null;
  const cancel = () => set({ confirm: null });
  const proceed = (event) => {
    event.preventDefault();
    cancel();
    question.proceed();
  };
  const danger = question.style === "danger" ? "button-danger" : "button-primary";
  return h("dialog", {
    class: "modal confirm", key: "confirm", "aria-labelledby": "confirm-title", "data-testid": "confirm", mounted: (dialog) => dialog.showModal(),
    oncancel: (event) => {
      event.preventDefault();
      cancel();
    },
    onclose: (event) => event.currentTarget.isConnected && cancel(),
  }, h("form", { class: "modal-form", onsubmit: proceed }, [
    h("header", { class: "modal-head" }, h("h2", { id: "confirm-title" }, textObject(question.title))),
    h("div", { class: "modal-body" }, textObject(question.text)),
    h("footer", { class: "modal-foot" }, [
      h("button", { type: "button", class: "button", "data-testid": "confirm-deny", onclick: cancel }, textObject(question.deny)),
      h("button", { type: "submit", class: `button ${danger}`, "data-testid": "confirm-yes" }, textObject(question.confirm)),
    ]),
  ]));
}
