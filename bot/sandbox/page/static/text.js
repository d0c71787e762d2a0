// Slack's text objects, as nodes.

import { context } from "./context.js";
import { withEmoji } from "./emoji.js";
import { show } from "./mrkdwn.js";

/** A text object {type: "mrkdwn" | "plain_text", text}. */
export function textObject(text) {
  if (!text) return null;
  if (text.type === "mrkdwn") return show(text.text, context(), { verbatim: text.verbatim });
  return text.emoji === false ? text.text : withEmoji(text.text);
}

/** A message's own text, which is mrkdwn. */
export const messageText = (text) => show(text ?? "", context());
