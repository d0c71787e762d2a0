// The rich_text block. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { context } from "./context.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { showInline } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

export const richText = (block) => block.elements.map((element) => PARTS[element.type]?.(element));

const PARTS = {
  rich_text_section: (part) => h("span", { class: "rich-section" }, pieces(part)),
  rich_text_preformatted: (part) => h("pre", { class: "pre" }, pieces(part)),
  rich_text_quote: (part) => h("blockquote", { class: "quote" }, pieces(part)),
  rich_text_list: (part) =>
    h(part.style === "ordered" ? "ol" : "ul", { class: `rich-list rich-indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", {}, pieces(item)))),
};

const pieces = (part) => part.elements.map((piece) => styled(piece, showInline([asInline(piece)], context())));

function styled(piece, content) {
  return Object.entries(STYLES).reduce((inner, [style, tag]) =>
    (piece.style?.[style] ? [h(tag, { class: style === "code" ? "code" : null }, inner)] : inner), content);
}

// The same inline nodes as mrkdwn's.
function asInline(piece) {
  switch (piece.type) {
    case "link": return { kind: "link", url: /^(https?:|mailto:|tel:)/i.test(piece.url) ? piece.url : "#", label: piece.text };
    case "user": return { kind: "user", id: piece.user_id };
    case "channel": return { kind: "channel", id: piece.channel_id };
    case "broadcast": return { kind: "broadcast", label: `@${piece.range}` };
    case "usergroup": return { kind: "broadcast", label: "@group" };
    case "emoji": return { kind: "emoji", name: piece.name, text: emoji(piece.name) ?? `:${piece.name}:` };
    case "date": return { kind: "date", unix: piece.timestamp, pattern: piece.format, url: piece.url };
    default: return { kind: "text", text: piece.text ?? "" };
  }
}
