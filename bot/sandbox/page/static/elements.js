// Block Kit's interactive elements. https://docs.slack.dev/reference/block-kit/block-elements
// `spot` says where an element stands: {container, blockId, blocks, inInput, dispatch, id, labelledBy, describedBy, invalid}.

import { upload } from "./api.js";
import { conversations, users } from "./context.js";
import { act, ask } from "./deeds.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { fieldKey, fieldOf, setField } from "./fields.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { store } from "./store.js";
import { textObject } from "./text.js";
import { say } from "./words.js";

const TYPING_PAUSE = 350; // ms without a key before on_character_entered is told

export function elementView(element, spot) {
  const view = VIEWS[element.type];
  return view ? view(element, spot) : h("em", { class: "unsupported" }, `(${element.type} is not shown here)`);
}

const isBusy = (spot, element) => store.busy.has(fieldKey(spot, element));

function button(element, spot) {
  const style = element.style ? ` button-${element.style}` : "";
  const { text, value } = element;
  const choose = () => ask(spot, element, { type: "button", text, value, style: element.style });
  const props = {
    key: element.action_id, class: `button${style}`, "data-testid": "button", "data-action-id": element.action_id,
    "aria-label": element.accessibility_label, "aria-busy": isBusy(spot, element) ? "true" : null, onclick: choose,
  };
  if (!element.url) return h("button", { type: "button", ...props }, textObject(text));
  return h("a", { href: element.url, target: "_blank", rel: "noopener noreferrer", ...props }, textObject(text));
}

function overflow(element, spot) {
  const items = element.options.map((option, index) => ({
    label: withEmoji(option.text.text),
    key: `${index} ${option.value}`,
    props: { "data-testid": "overflow-option", "data-action-id": element.action_id, "data-value": option.value },
    choose: () => {
      if (option.url) open(option.url, "_blank", "noopener");
      ask(spot, element, { type: "overflow", selected_option: option });
    },
  }));
  const props = { "data-testid": "overflow", "data-action-id": element.action_id, "aria-busy": isBusy(spot, element) ? "true" : null };
  return menu({ class: "button button-more", label: say("More actions"), content: icon("more"), props }, items);
}

// An element in an input block is told to the app at submission, all others at once.
function choose(element, spot, value) {
  const tell = !spot.inInput || spot.dispatch;
  if (!element.confirm) {
    const field = setField(spot, element, value);
    if (tell) act(spot, element, field);
  } else if (tell) {
    ask(spot, element, { type: element.type, ...value });
  }
}

const common = (element, spot) => ({
  key: element.action_id, id: spot.id, "data-testid": "input", "data-action-id": element.action_id,
  "aria-labelledby": spot.labelledBy, "aria-describedby": spot.describedBy, "aria-invalid": spot.invalid ? "true" : null,
  "aria-label": spot.labelledBy ? null : (element.placeholder?.text ?? element.action_id),
});

// `groups`: [{label, options: [{value, label, field}]}]; `chosen`: the value of the chosen one, or "".
function select(element, spot, groups, chosen, empty) {
  const all = groups.flatMap((group) => group.options);
  const option = ({ value, label }) => h("option", { key: value, value }, label);
  return h("select", {
    ...common(element, spot), class: "select", value: chosen,
    onchange: (event) => choose(element, spot, all.find(({ value }) => value === event.currentTarget.value)?.field ?? empty),
  }, [
    h("option", { key: "", value: "", disabled: !spot.optional }, element.placeholder?.text ?? say("Choose…")),
    groups.map((group) => (group.label ? h("optgroup", { label: group.label, key: group.label }, group.options.map(option)) : group.options.map(option))),
  ]);
}

function staticSelect(element, spot) {
  const optionsOf = (options) => options.map((option) => ({
    value: option.value, label: withEmoji(option.text.text), field: { selected_option: option },
  }));
  const groups = element.option_groups
    ? element.option_groups.map((group) => ({ label: group.label.text, options: optionsOf(group.options) }))
    : [{ options: optionsOf(element.options ?? []) }];
  return select(element, spot, groups, fieldOf(spot, element).selected_option?.value ?? "", { selected_option: null });
}

const selectOf = (name, list) => (element, spot) => {
  const options = list().map(({ id, label }) => ({ value: id, label, field: { [name]: id } }));
  return select(element, spot, [{ options }], fieldOf(spot, element)[name] ?? "", { [name]: null });
};

const people = () => users().map((user) => ({ id: user.id, label: user.real_name }));
const places = () => conversations().map(({ id, name }) => ({ id, label: id.startsWith("D") ? name : `# ${name}` }));

const pauses = new Map();

function tellTyping(element, spot, field) {
  const key = fieldKey(spot, element);
  clearTimeout(pauses.get(key));
  pauses.set(key, setTimeout(() => act(spot, element, { ...field, trigger: "on_character_entered" }), TYPING_PAUSE));
}

function plainTextInput(element, spot) {
  const told = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const typed = (event) => {
    const field = setField(spot, element, { value: event.currentTarget.value || null });
    if (spot.dispatch && told.includes("on_character_entered")) tellTyping(element, spot, field);
  };
  const entered = (event) => {
    if (event.key === "Enter" && spot.dispatch && told.includes("on_enter_pressed") && !event.shiftKey) {
      event.preventDefault();
      act(spot, element, { ...fieldOf(spot, element), trigger: "on_enter_pressed" });
    }
  };
  const value = fieldOf(spot, element).value ?? "";
  const props = {
    ...common(element, spot), class: "input", placeholder: element.placeholder?.text, maxlength: element.max_length,
    "data-autofocus": element.focus_on_load ? "true" : null, value, oninput: typed, onkeydown: entered,
  };
  const left = element.max_length && element.max_length - value.length;
  return [
    element.multiline ? h("textarea", { ...props, rows: "4" }) : h("input", { ...props, type: "text", autocomplete: "off" }),
    left < 50 && h("span", { key: `${element.action_id} left`, class: "left" }, `${left} characters left`),
  ];
}

const choices = (type, read, write) => (element, spot) =>
  h("div", { ...common(element, spot), class: "choices", role: type === "radio" ? "radiogroup" : "group" }, element.options.map((option) => {
    const checked = read(fieldOf(spot, element), option);
    return h("label", { class: "choice", key: option.value }, [
      h("input", {
        type, name: `${spot.id ?? fieldKey(spot, element)}`, checked,
        onchange: () => choose(element, spot, write(fieldOf(spot, element), option, !checked)),
      }),
      h("span", {}, [textObject(option.text), option.description && h("span", { class: "hint" }, textObject(option.description))]),
    ]);
  }));

const radioButtons = choices("radio", (field, option) => field.selected_option?.value === option.value, (_field, option) => ({ selected_option: option }));
const checkboxes = choices("checkbox",
  (field, option) => field.selected_options.some(({ value }) => value === option.value),
  (field, option, on) => ({ selected_options: [...field.selected_options.filter(({ value }) => value !== option.value), ...(on ? [option] : [])] }));

const picker = (type, name) => (element, spot) =>
  h("input", {
    ...common(element, spot), type, class: "input input-short", value: fieldOf(spot, element)[name] ?? "",
    onchange: (event) => choose(element, spot, { [name]: event.currentTarget.value || null }),
  });

/** What the field shows is the reader's own time, as in Slack; what it keeps are seconds. */
const localTime = (seconds) => {
  const at = new Date(seconds * 1000);
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const dateTimePicker = (element, spot) => {
  const { selected_date_time: seconds } = fieldOf(spot, element);
  return h("input", {
    ...common(element, spot), type: "datetime-local", class: "input input-short", value: seconds ? localTime(seconds) : "",
    onchange: (event) => {
      const { value } = event.currentTarget;
      choose(element, spot, { selected_date_time: value ? Math.floor(new Date(value) / 1000) : null });
    },
  });
};

// Slack uploads a file as soon as it is chosen; the form holds what Slack knows of it.
const fileInput = (element, spot) => {
  const { files } = fieldOf(spot, element);
  const accept = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const chosen = async (event) => {
    const uploaded = await Promise.all([...event.currentTarget.files].map((file) => upload(store.user, file)));
    choose(element, spot, { files: uploaded.filter(({ ok }) => ok).map(({ file }) => file) });
  };
  return [
    h("input", { ...common(element, spot), type: "file", class: "file", accept, multiple: (element.max_files ?? 10) > 1 || null, onchange: chosen }),
    files.length > 0 && h("p", { class: "hint", key: "chosen", "data-testid": "chosen-file" }, files.map(({ name }) => name).join(", ")),
  ];
};

const VIEWS = {
  button,
  overflow,
  static_select: staticSelect,
  users_select: selectOf("selected_user", people),
  conversations_select: selectOf("selected_conversation", places),
  channels_select: selectOf("selected_channel", () => places().filter(({ id }) => id.startsWith("C"))),
  plain_text_input: plainTextInput,
  radio_buttons: radioButtons,
  checkboxes,
  datepicker: picker("date", "selected_date"),
  datetimepicker: dateTimePicker,
  timepicker: picker("time", "selected_time"),
  file_input: fileInput,
  image: (element) => h("img", { class: "accessory-image", src: element.image_url, alt: element.alt_text }),
};
