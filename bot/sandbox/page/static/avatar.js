// The small squares beside names: initials on the person's colour, or the bot's sign.

import { userOf } from "./context.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const CUSTOMER_HUES = 12;

/** A member of the workspace. `size`: "large" or "small". */
export function avatar(author, size = "large") {
  const user = userOf(author.id);
  if (author.bot || !user) return h("span", { class: `avatar avatar-${size} avatar-bot`, "aria-hidden": "true" }, icon("desk"));
  const style = { "--avatar": user.avatar_colour };
  return h("span", { class: `avatar avatar-${size}`, style, "aria-hidden": "true" }, user.initials);
}

/** A customer on the network: round, with a hue that follows from the handle. */
export function customerAvatar(author, own) {
  if (own) return h("span", { class: "avatar avatar-round avatar-bot", "aria-hidden": "true" }, icon("desk"));
  const sum = [...author.handle].reduce((total, character) => total * 31 + character.codePointAt(0), 7);
  const style = { "--avatar": `hsl(${((sum >>> 0) % CUSTOMER_HUES) * (360 / CUSTOMER_HUES)} 42% 32%)` };
  const initial = [...(author.name || author.handle)][0].toUpperCase();
  return h("span", { class: "avatar avatar-round", style, "aria-hidden": "true" }, initial);
}
