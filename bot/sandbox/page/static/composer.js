// Where one types: Enter sends, Shift+Enter breaks the line, "/" offers the commands with their hints, and shortcuts.

import { runGlobalShortcut, send } from "./deeds.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { follow } from "./scroll.js";
import { changed, store } from "./store.js";
import { say } from "./words.js";

/** `place`: {id, channel, thread, label}. */
export function composer(place) {
  const text = store.typed.get(place.id) ?? "";
  const error = store.composerErrors.get(place.id);
  const hints = place.thread || error ? [] : commandsFor(text);
  const shortcuts = place.thread || error ? [] : shortcutsFor(text);
  const exact = hints.find(({ command }) => text === command || text.startsWith(`${command} `));
  return h("form", { class: "composer", key: "composer", onsubmit: (event) => submit(event, place) }, [
    hints.length + shortcuts.length > 0 && h("ul", { class: "hints", key: "hints", id: `hints-${place.id}`, "aria-label": say("Commands") }, [
      ...hints.map((hint) => hintView(hint, place)),
      ...shortcuts.map((each) => shortcutView(each, place)),
    ]),
    error && h("p", { class: "error", role: "alert", key: "error", "data-testid": "composer-error" }, error),
    h("div", { class: "composer-box", key: "box" }, [
      h("textarea", {
        class: "composer-text", rows: "1", "aria-label": place.label, placeholder: place.label, value: text,
        "data-testid": place.thread ? "thread-composer" : "composer", "aria-describedby": hints.length + shortcuts.length ? `hints-${place.id}` : null,
        oninput: (event) => type(event.currentTarget.value, place), onkeydown: (event) => onKey(event, place, hints, exact),
      }),
      h("button", { type: "submit", class: "send", "aria-label": say("Send"), disabled: text.trim() === "", "data-testid": place.thread ? "thread-send" : "send" }, icon("send")),
    ]),
  ]);
}

function commandsFor(text) {
  if (!text.startsWith("/") || text.includes("\n")) return [];
  const [name] = text.split(" ");
  return (store.slack?.commands ?? []).filter(({ command }) => (text.includes(" ") ? command === name : command.startsWith(name)));
}

function shortcutsFor(text) {
  if (!/^\/\S*$/.test(text)) return [];
  const begun = text.slice(1).toLowerCase();
  return (store.slack?.shortcuts ?? []).filter((each) => each.is_global && each.name.toLowerCase().startsWith(begun));
}

const shortcutView = (shortcut, place) => h("li", { key: shortcut.callback_id }, h("button", {
  type: "button", class: "hint-row", "data-testid": "global-shortcut", "data-callback-id": shortcut.callback_id,
  onclick: () => {
    type("", place);
    runGlobalShortcut(shortcut);
  },
}, h("strong", {}, shortcut.name)));

const hintView = ({ command, usage_hint: usage, description }, place) => h("li", { key: command }, h("button", {
  type: "button", class: "hint-row", "data-testid": "command-hint", "data-command": command,
  onclick: (event) => {
    complete(command, place);
    event.currentTarget.closest("form").querySelector("textarea").focus();
  },
}, [h("strong", {}, command), " ", h("span", { class: "usage" }, usage), h("span", { class: "quiet" }, description)]));

function type(text, place) {
  store.typed.set(place.id, text);
  store.composerErrors.delete(place.id);
  changed();
}

const complete = (command, place) => type(`${command} `, place);

function onKey(event, place, hints, exact) {
  if (event.isComposing) return;
  if (event.key === "Tab" && !event.shiftKey && hints.length > 0 && !exact) {
    event.preventDefault();
    complete(hints[0].command, place);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (hints.length > 0 && !exact) complete(hints[0].command, place);
    else event.currentTarget.form.requestSubmit();
  }
}

async function submit(event, place) {
  event.preventDefault();
  const text = (store.typed.get(place.id) ?? "").trim();
  if (text && (await send(place.id, place.channel, place.thread, text))) follow(place.id);
}
