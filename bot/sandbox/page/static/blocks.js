// Block Kit's blocks. https://docs.slack.dev/reference/block-kit/blocks

import { h } from "./dom.js";
import { elementView } from "./elements.js";
import { containerKey } from "./fields.js";
import { richText } from "./richtext.js";
import { store } from "./store.js";
import { textObject } from "./text.js";
import { say } from "./words.js";

/** A surface's blocks. `container`: Slack's {type: "message", channel, ts} or {type: "view", view_id}. `errors`: {block_id: text}. */
export function blocksView(blocks, container, errors = {}) {
  const failed = store.failed.get(containerKey(container));
  return h("div", { class: "blocks" }, [
    blocks.map((block, index) => {
      const view = VIEWS[block.type] ?? unknown;
      const spot = { container, blocks, blockId: block.block_id };
      const props = { class: `block block-${block.type}`, key: block.block_id ?? index, "data-block-id": block.block_id };
      return h("div", props, view(block, spot, errors[block.block_id]));
    }),
    failed && h("p", { class: "error", role: "alert", key: "failed", "data-testid": "action-error" }, failed),
  ]);
}

const unknown = (block) => h("em", { class: "unsupported" }, `(a block of type ${block.type} is not shown here)`);

const section = (block, spot) => [
  h("div", { class: "section-text" }, [
    block.text && h("div", { class: "section-words" }, textObject(block.text)),
    block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field" }, textObject(field)))),
  ]),
  block.accessory && h("div", { class: "accessory" }, elementView(block.accessory, spot)),
];

const contextBlock = (block) => block.elements.map((element) =>
  element.type === "image"
    ? h("img", { class: "context-image", src: element.image_url, alt: element.alt_text })
    : h("span", { class: "context-text" }, textObject(element)));

const image = (block) => h("figure", { class: "picture" }, [
  block.title && h("figcaption", {}, textObject(block.title)),
  h("img", { src: block.image_url, alt: block.alt_text, loading: "lazy" }),
]);

function table(block) {
  const setting = (column) => block.column_settings?.[column] ?? {};
  const cellClass = (column) => `align-${setting(column)?.align ?? "left"}${setting(column)?.is_wrapped ? "" : " nowrap"}`;
  const content = (cell) => (cell.type === "rich_text" ? richText(cell) : (cell.text ?? ""));
  const row = (tag, props) => (cells) =>
    h("tr", {}, cells.map((cell, column) => h(tag, { class: cellClass(column), ...props }, content(cell))));
  const [head, ...body] = block.rows;
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": say("Table") }, h("table", {}, [
    h("thead", {}, row("th", { scope: "col" })(head)),
    h("tbody", {}, body.map(row("td", {}))),
  ]));
}

function input(block, spot, error) {
  const id = `${containerKey(spot.container)}-${block.block_id}`.replaceAll(" ", "-");
  const described = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const place = {
    ...spot, inInput: true, dispatch: block.dispatch_action, optional: block.optional, id,
    labelledBy: `${id}-label`, describedBy: described || null, invalid: Boolean(error),
  };
  return [
    h("label", { class: "label", id: `${id}-label`, for: id }, [
      textObject(block.label), block.optional && h("span", { class: "optional" }, ` (${say("optional")})`),
    ]),
    elementView(block.element, place),
    error && h("p", { class: "error", id: `${id}-error`, role: "alert", key: "error", "data-testid": "field-error" }, error),
    block.hint && h("p", { class: "hint", id: `${id}-hint`, key: "hint" }, textObject(block.hint)),
  ];
}

const VIEWS = {
  header: (block) => h("h3", { class: "header-text" }, textObject(block.text)),
  section,
  context: contextBlock,
  actions: (block, spot) => block.elements.map((element) => elementView(element, spot)),
  divider: () => h("hr", {}),
  image,
  table,
  rich_text: richText,
  input,
};
