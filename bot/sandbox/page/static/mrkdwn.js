// Slack's mrkdwn, parsed into a tree of plain objects. Nothing here makes HTML: `show` builds text nodes.
// https://docs.slack.dev/messaging/formatting-message-text

import { slackDate } from "./dates.js";
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";

const STYLES = { "*": "bold", _: "italic", "~": "strike" };
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const LINK = /^(https?:\/\/|mailto:|tel:)/i;
const isWord = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
const isSpace = (character) => character === undefined || /\s/.test(character);

/** Blocks: [{kind: "pre", text} | {kind: "quote" | "text", lines: [[inline…]…]}]. */
export function parse(text, { verbatim = false } = {}) {
  const blocks = [];
  String(text).split(/```/).forEach((part, index, parts) => {
    const closed = index < parts.length - 1;
    if (index % 2 === 1 && closed) blocks.push({ kind: "pre", children: literal(part.replace(/^\n|\n$/g, "")) });
    else blocks.push(...lines(index % 2 === 1 ? "```" + part : trimAround(part, index > 0, closed), verbatim));
  });
  return blocks;
}

// A code block stands on lines of its own: the breaks beside it are not empty lines.
function trimAround(part, after, before) {
  const start = after ? part.replace(/^\n/, "") : part;
  return before ? start.replace(/\n$/, "") : start;
}

function lines(text, verbatim) {
  if (text === "") return [];
  const blocks = [];
  let restIsQuote = false;
  for (const line of text.split("\n")) {
    const mark = restIsQuote ? null : line.match(/^(&gt;|>){3}\s?|^(&gt;|>)\s?/);
    if (mark && mark[1]) restIsQuote = true;
    const kind = mark || restIsQuote ? "quote" : "text";
    const children = inline(mark ? line.slice(mark[0].length) : line, verbatim);
    if (blocks.at(-1)?.kind === kind) blocks.at(-1).lines.push(children);
    else blocks.push({ kind, lines: [children] });
  }
  return blocks;
}

function inline(text, verbatim) {
  const out = [];
  let at = 0;
  while (at < text.length) {
    const found = code(text, at) ?? angle(text, at) ?? styled(text, at, verbatim) ?? named(text, at) ?? bareLink(text, at, verbatim);
    if (found) out.push(found.node);
    else addText(out, text[at]);
    at += found ? found.length : 1;
  }
  return out;
}

function addText(out, text) {
  if (out.at(-1)?.kind === "text") out.at(-1).text += text;
  else out.push({ kind: "text", text });
}

function code(text, at) {
  const match = text[at] === "`" && /^`([^`\n]+)`/.exec(text.slice(at));
  return match ? { node: { kind: "code", children: literal(match[1]) }, length: match[0].length } : undefined;
}

// Inside code nothing is formatted, but escapes and <…> still count.
function literal(text) {
  const out = [];
  for (let at = 0; at < text.length; ) {
    const found = angle(text, at) ?? escaped(text, at);
    if (found) out.push(found.node);
    else addText(out, text[at]);
    at += found ? found.length : 1;
  }
  return out;
}

function angle(text, at) {
  const match = text[at] === "<" && /^<([^<>\n]+)>/.exec(text.slice(at));
  if (!match) return undefined;
  const [target, ...label] = match[1].split("|");
  const node = reference(target, label.length ? plain(label.join("|")) : undefined);
  return node && { node, length: match[0].length };
}

function reference(target, label) {
  const [, sign, id] = /^([@#!])(.*)$/.exec(target) ?? [];
  if (sign === "@") return { kind: "user", id, label };
  if (sign === "#") return { kind: "channel", id, label };
  if (sign === "!") return special(id, label);
  return LINK.test(target) ? { kind: "link", url: plain(target), label } : undefined;
}

function special(command, label) {
  const date = /^date\^(-?\d+)\^([^^]+)(?:\^(.+))?$/.exec(command);
  if (date) return { kind: "date", unix: date[1], pattern: plain(date[2]), url: date[3], label };
  if (["here", "channel", "everyone"].includes(command)) return { kind: "broadcast", label: `@${command}` };
  if (command.startsWith("subteam^")) return { kind: "broadcast", label: label ?? "@group" };
  return { kind: "text", text: label ?? `<${command}>` };
}

function styled(text, at, verbatim) {
  const kind = STYLES[text[at]];
  const mark = text[at];
  if (!kind || isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === mark) return undefined;
  const end = closing(text, at + 1, mark);
  if (end === undefined) return undefined;
  return { node: { kind, children: inline(text.slice(at + 1, end), verbatim) }, length: end - at + 1 };
}

function closing(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    const skipped = code(text, at) ?? angle(text, at);
    if (skipped) at += skipped.length - 1;
    else if (text[at] === mark && at > from && !isSpace(text[at - 1]) && !isWord(text[at + 1])) return at;
  }
  return undefined;
}

function escaped(text, at) {
  const match = text[at] === "&" && /^&(amp|lt|gt);/.exec(text.slice(at, at + 5));
  return match ? { node: { kind: "text", text: ENTITIES[match[0]] }, length: match[0].length } : undefined;
}

function named(text, at) {
  const match = text[at] === ":" && /^:([a-z0-9_+-]+):/.exec(text.slice(at));
  const character = match && emoji(match[1]);
  if (!character) return escaped(text, at);
  return { node: { kind: "emoji", text: character, name: match[1] }, length: match[0].length };
}

function bareLink(text, at, verbatim) {
  if (verbatim || text[at] !== "h" || isWord(text[at - 1])) return undefined;
  const match = /^https?:\/\/[^\s<>|]*[^\s<>|.,:;!?'")\]*_~]/.exec(text.slice(at));
  return match ? { node: { kind: "link", url: plain(match[0]) }, length: match[0].length } : undefined;
}

const plain = (text) => text.replace(/&(amp|lt|gt);/g, (whole) => ENTITIES[whole]);

/** The parsed text as nodes. `context`: {nameOf(userId), channelOf(id), who: {locale, tz}, now}. */
export function show(text, context, options) {
  return parse(text, options).map((block) => {
    if (block.kind === "pre") return h("pre", { class: "pre" }, showInline(block.children, context));
    const content = block.lines.map((line, index) => [index > 0 && h("br"), showInline(line, context)]);
    return block.kind === "quote" ? h("blockquote", { class: "quote" }, content) : h("span", {}, content);
  });
}

/** Link, mention, date and so on: one inline node of the parse or of a rich_text block. */
export function showInline(nodes, context) {
  return nodes.map((node) => SHOW[node.kind](node, context));
}

const styledAs = (tag) => (node, context) => h(tag, {}, showInline(node.children, context));

const SHOW = {
  text: (node) => node.text,
  bold: styledAs("strong"),
  italic: styledAs("em"),
  strike: styledAs("s"),
  code: (node, context) => h("code", { class: "code" }, showInline(node.children, context)),
  emoji: (node) => h("span", { role: "img", "aria-label": node.name.replaceAll("_", " ") }, node.text),
  link: (node) => h("a", { href: node.url, target: "_blank", rel: "noopener noreferrer" }, withEmoji(node.label ?? node.url)),
  user: (node, context) =>
    h("span", { class: `mention${node.id === context.me ? " mention-me" : ""}` }, `@${context.nameOf(node.id) ?? node.label ?? node.id}`),
  channel: (node, context) => h("span", { class: "mention" }, `#${context.channelOf(node.id) ?? node.label ?? node.id}`),
  broadcast: (node) => h("span", { class: "mention mention-me" }, node.label),
  date: (node, context) => {
    const text = slackDate(node.unix, node.pattern, context.who, context.now());
    const title = slackDate(node.unix, "{date_long} {time_secs}", context.who, context.now());
    const shown = h("time", { title, datetime: new Date(node.unix * 1000).toISOString() }, text);
    return LINK.test(node.url ?? "") ? h("a", { href: node.url, target: "_blank", rel: "noopener noreferrer" }, shown) : shown;
  },
};
