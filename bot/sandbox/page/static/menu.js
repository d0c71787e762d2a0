// A menu that opens from a button: light dismissal, Esc and focus come from the platform's popover.

import { h } from "./dom.js";

/** `items`: [{label, key, props, choose}]; `button`: {class, label, props, content}. */
export function menu(button, items) {
  return h("span", { class: "menu-anchor" }, [
    h("button", {
      type: "button", class: button.class, "aria-haspopup": "menu", "aria-label": button.label, title: button.label,
      ...button.props, onclick: (event) => open(event.currentTarget),
    }, button.content),
    h("div", { class: "menu", popover: "auto", role: "menu", "aria-label": button.label, onkeydown: moveFocus }, items.map((item) =>
      h("button", {
        type: "button", role: "menuitem", class: "menu-item", key: item.key, tabindex: "-1", ...item.props,
        onclick: (event) => {
          event.currentTarget.closest("[popover]").hidePopover();
          item.choose();
        },
      }, item.label))),
  ]);
}

function open(button) {
  const list = button.nextElementSibling;
  if (list.matches(":popover-open")) return list.hidePopover();
  list.showPopover();
  const place = () => placeBeside(list, button);
  place();
  button.setAttribute("aria-expanded", "true");
  list.firstElementChild?.focus({ preventScroll: true });
  const listening = new AbortController();
  document.addEventListener("scroll", place, { capture: true, passive: true, signal: listening.signal });
  list.addEventListener("toggle", (event) => {
    if (event.newState === "open") return;
    listening.abort();
    button.removeAttribute("aria-expanded");
  }, { signal: listening.signal });
  return undefined;
}

function placeBeside(list, button) {
  const anchor = button.getBoundingClientRect();
  const left = Math.min(anchor.left, innerWidth - list.offsetWidth - 8);
  const below = anchor.bottom + 4 + list.offsetHeight < innerHeight;
  list.style.left = `${Math.max(8, left)}px`;
  list.style.top = `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - 4 - list.offsetHeight)}px`;
}

function moveFocus(event) {
  const items = [...event.currentTarget.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[to].focus();
}
