// What is chosen or typed in elements that keep a value, in the shape that Slack sends: {type, value | selected_…}.

import { changed, store } from "./store.js";

const INITIAL = {
  plain_text_input: (element) => ({ value: element.initial_value ?? null }),
  static_select: (element) => ({ selected_option: element.initial_option ?? null }),
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  radio_buttons: (element) => ({ selected_option: element.initial_option ?? null }),
  checkboxes: (element) => ({ selected_options: element.initial_options ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  file_input: () => ({ files: [] }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
};

export const keepsValue = (element) => element.type in INITIAL;
export const containerKey = (container) => container.view_id ?? `${container.channel} ${container.ts}`;
export const fieldKey = (spot, element) => `${containerKey(spot.container)} ${spot.blockId} ${element.action_id}`;

/** The element's present value; typed text outlives updates of its message or view. */
export function fieldOf(spot, element) {
  return store.fields.get(fieldKey(spot, element)) ?? { type: element.type, ...INITIAL[element.type](element) };
}

export function setField(spot, element, value) {
  const field = { type: element.type, ...value };
  store.fields.set(fieldKey(spot, element), field);
  changed();
  return field;
}

export const isEmpty = (field) =>
  Object.entries(field).every(([name, value]) => name === "type" || value === null || value === "" || value?.length === 0);

/** All values of a surface: {block_id: {action_id: {type, …}}}, as in Slack's `view.state.values`. */
export function valuesOf(blocks, container) {
  const values = {};
  for (const block of blocks) {
    for (const element of elementsOf(block).filter(keepsValue)) {
      values[block.block_id] ??= {};
      values[block.block_id][element.action_id] = fieldOf({ container, blockId: block.block_id }, element);
    }
  }
  return values;
}

const elementsOf = (block) => [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])].filter(Boolean);

/** Forgets what was typed in a view that is gone. */
export function forget(container) {
  for (const key of store.fields.keys()) if (key.startsWith(`${containerKey(container)} `)) store.fields.delete(key);
}
