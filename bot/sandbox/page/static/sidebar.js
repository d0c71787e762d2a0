// The workspace's channels, the messages with the bot, and its Home.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { goTo, unread } from "./places.js";
import { store } from "./store.js";
import { say } from "./words.js";

export function sidebar() {
  const { team, channels, dms } = store.slack;
  return h("nav", { class: `sidebar${store.channelsOpen ? " open" : ""}`, "aria-label": say("Workspace") }, [
    h("p", { class: "workspace" }, team.name),
    link("home", [icon("home"), h("span", { class: "link-name" }, say("Home"))], false),
    h("h2", { class: "sidebar-title" }, say("Channels")),
    channels.map((channel) => link(channel.id, [icon("hash"), h("span", { class: "link-name" }, channel.name)], unread(channel))),
    h("h2", { class: "sidebar-title" }, say("Direct messages")),
    dms.map((dm) => link(dm.id, [avatar({ bot: true }, "small"), h("span", { class: "link-name" }, dm.name), h("span", { class: "app-badge" }, "APP")], unread(dm))),
    dms.length === 0 && h("p", { class: "sidebar-note" }, say("The app has not written to you.")),
  ]);
}

const link = (place, content, count) => h("button", {
  type: "button", class: `place-link${count ? " unread" : ""}`, key: place, "data-testid": "place", "data-place": place,
  "aria-current": store.place === place ? "page" : null, onclick: () => goTo(place),
}, [content, count > 0 && h("span", { class: "count", "aria-label": say("{count} unread", { count }) }, count)]);
