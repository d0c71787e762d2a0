// What a person can do in the workspace, each one request to the sandbox and a fresh look afterwards.

import { post } from "./api.js";
import { containerKey, fieldKey, forget, isEmpty, valuesOf } from "./fields.js";
import { changed, refresh, set, store } from "./store.js";
import { say } from "./words.js";

/** A click or a choice. `fragment` is the element's own part of Slack's block_actions payload. */
export async function act(spot, element, fragment) {
  const key = fieldKey(spot, element);
  const where = containerKey(spot.container);
  if (store.busy.has(key) && element.type === "button") return;
  store.busy.add(key);
  store.failed.delete(where);
  changed();
  const answer = await post("/sandbox/slack/action", {
    user: store.user,
    container: spot.container,
    action: { action_id: element.action_id, block_id: spot.blockId, ...fragment },
    values: valuesOf(spot.blocks, spot.container),
  });
  if (!answer.ok) store.failed.set(where, answer.error ?? say("That did not work."));
  await refresh("slack");
  store.busy.delete(key);
  changed();
}

/** The same, after the element's own question was answered with yes. */
export function ask(spot, element, fragment) {
  if (!element.confirm) return act(spot, element, fragment);
  return set({ confirm: { ...element.confirm, proceed: () => act(spot, element, fragment) } });
}

export async function submitView(view) {
  const container = { type: "view", view_id: view.id };
  const missing = missingInputs(view, container);
  if (Object.keys(missing).length > 0) return set({ viewErrors: { view: view.id, errors: missing, error: null } });
  store.busy.add(view.id);
  set({ viewErrors: null });
  const answer = await post("/sandbox/slack/view", {
    user: store.user,
    view_id: view.id,
    event: "submit",
    values: valuesOf(view.blocks, container),
  });
  if (!answer.ok) store.viewErrors = { view: view.id, errors: answer.errors ?? {}, error: answer.error };
  await refresh("slack");
  if (store.slack?.modal?.id !== view.id) forget(container);
  store.busy.delete(view.id);
  return changed();
}

// Slack's own client holds back a form with empty inputs and never asks the app.
function missingInputs(view, container) {
  const values = valuesOf(view.blocks, container);
  const required = view.blocks.filter((block) => block.type === "input" && !block.optional);
  const empty = required.filter((block) => isEmpty(values[block.block_id]?.[block.element.action_id] ?? {}));
  return Object.fromEntries(empty.map((block) => [block.block_id, say("Please complete this required field.")]));
}

/** `event`: "close" for this view alone, "clear" for all that are stacked, as the cross does. */
export async function closeView(view, event) {
  set({ viewErrors: null });
  const answer = await post("/sandbox/slack/view", { user: store.user, view_id: view.id, event, values: {} });
  if (!answer.ok) set({ notice: answer.error ?? say("The dialogue could not be closed.") });
  forget({ type: "view", view_id: view.id });
  await refresh("slack");
}

/** A shortcut from the menu of a message. */
export async function runShortcut(channel, ts, shortcut) {
  const answer = await post("/sandbox/slack/shortcut", { user: store.user, channel, ts, callback_id: shortcut.callback_id });
  if (!answer.ok) set({ notice: answer.error ?? say("That did not work.") });
  await refresh("slack");
}

/** A shortcut that belongs to no message. */
export async function runGlobalShortcut(shortcut) {
  const answer = await post("/sandbox/slack/shortcut", { user: store.user, callback_id: shortcut.callback_id });
  if (!answer.ok) set({ notice: answer.error ?? say("That did not work.") });
  await refresh("slack");
}

export async function openHome() {
  await post("/sandbox/slack/home", { user: store.user });
  await refresh("slack");
}

/** Sends what stands in a composer: a slash command, or a message to the channel or thread. */
export async function send(composer, channel, thread, text) {
  store.composerErrors.delete(composer);
  const command = /^\/\S/.test(text);
  const answer = await deliver(command, channel, thread, text);
  if (answer.ok) {
    if (store.typed.get(composer)?.trim() === text) store.typed.delete(composer);
  } else {
    store.composerErrors.set(composer, answer.error ?? say("That was not sent."));
  }
  await refresh("slack");
  return answer.ok;
}

function deliver(command, channel, thread, text) {
  if (!command) return post("/sandbox/slack/message", { user: store.user, channel, thread_ts: thread, text });
  if (thread) return { ok: false, error: say("{command} is not supported in threads. Sorry!", { command: text.split(" ")[0] }) };
  return post("/sandbox/slack/command", { user: store.user, channel, text });
}

/** A change on the customers' side, on the network of this kind; true if it was taken. */
export async function onNetwork(kind, path, body) {
  const answer = await post(`/sandbox/${kind}/${path}`, body);
  set({ notice: answer.ok ? null : (answer.error ?? say("The network did not take that.")) });
  await refresh(kind);
  return answer.ok;
}
