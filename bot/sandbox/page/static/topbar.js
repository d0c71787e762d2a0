// Across the top: the sandbox's clock, who one acts as, the theme. On a phone the three tabs are at the bottom.

import { avatar } from "./avatar.js";
import { conversations, me, users } from "./context.js";
import { clockParts } from "./dates.js";
import { openHome } from "./deeds.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { goTo, unread } from "./places.js";
import { actAs, now, set, setTheme, store } from "./store.js";
import { say } from "./words.js";

const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" };
const THEME_ICON = { auto: "auto", light: "sun", dark: "moon" };

export function topbar() {
  return h("header", { class: "topbar" }, [
    h("div", { class: "brand" }, [icon("desk"), h("span", { class: "brand-name" }, "webcare desk"), h("span", { class: "brand-kind" }, "sandbox")]),
    h("div", { class: "clock", title: `The sandbox's time in ${me().tz ?? "your time zone"}` }, [
      h("time", { class: "clock-time", "data-testid": "clock", mounted: tick }, clockParts(now(), me(), store.slack.language).map((part) => h("span", {}, part))),
      store.clock.speed !== 1 && h("span", { class: "speed" }, `${store.clock.speed}×`),
    ]),
    h("label", { class: "act-as" }, [
      h("span", { class: "act-as-label" }, say("Act as")),
      avatar({ id: store.user }, "small"),
      h("select", {
        class: "act-as-select", "aria-label": say("Act as"), "data-testid": "act-as", value: store.user, onchange: (event) => switchTo(event.currentTarget.value),
      }, users().map((user) => h("option", { value: user.id, key: user.id }, user.lead ? say("{name} (lead)", { name: user.real_name }) : user.real_name))),
    ]),
    h("button", {
      type: "button", class: "icon-button", "aria-label": say("Theme: {theme}", { theme: store.theme }), title: say("Theme: {theme}", { theme: store.theme }), "data-testid": "theme",
      onclick: () => setTheme(NEXT_THEME[store.theme]),
    }, icon(THEME_ICON[store.theme])),
  ]);
}

// The clock writes itself: a whole drawing every second would be waste.
function tick(node) {
  setInterval(() => {
    const parts = clockParts(now(), me(), store.slack.language);
    parts.forEach((part, index) => (node.children[index].firstChild.data = part));
  }, 500);
}

async function switchTo(user) {
  await actAs(user);
  if (store.place === "home") await openHome();
}

export function tabs() {
  const waiting = conversations().reduce((sum, channel) => sum + unread(channel), 0);
  const tab = (name, label, sign, choose) => h("button", {
    type: "button", class: "tab", key: name, "data-testid": `tab-${name}`, "aria-current": store.tab === name ? "page" : null, onclick: choose,
  }, [icon(sign), label, name === "slack" && waiting > 0 && h("span", { class: "tab-count", "aria-label": say("{count} unread", { count: waiting }) }, waiting)]);
  const slack = () => (store.place === "home" ? goTo(store.slack.channels[0].id) : set({ tab: "slack" }));
  return h("nav", { class: "tabs", "aria-label": say("Views") }, [
    tab("slack", "Slack", "hash", slack),
    tab("customers", say("Customers"), "people", () => set({ tab: "customers" })),
    tab("home", say("Home"), "home", () => goTo("home")),
  ]);
}
