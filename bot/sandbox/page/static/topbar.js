// Across the top: the sandbox's clock, who one acts as, the theme. On a phone the three tabs are at the bottom.

import { users } from "./context.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { goTo } from "./places.js";
import { actAs, now, set, setTheme, store } from "./store.js";
import { avatar } from "./avatar.js";

const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" };
const THEME_ICON = { auto: "auto", light: "sun", dark: "moon" };

export function topbar() {
  return h("header", { class: "topbar" }, [
    h("div", { class: "brand" }, [icon("desk"), h("span", { class: "brand-name" }, "webcare desk"), h("span", { class: "brand-kind" }, "sandbox")]),
    h("div", { class: "clock", title: "The sandbox's time, as your browser's time zone has it" }, [
      h("time", { class: "clock-time", "data-testid": "clock", mounted: tick }),
      store.clock.speed !== 1 && h("span", { class: "speed" }, `${store.clock.speed}×`),
    ]),
    h("label", { class: "act-as" }, [
      h("span", { class: "act-as-label" }, "Act as"),
      avatar({ id: store.user }, "small"),
      h("select", {
        class: "act-as-select", "aria-label": "Act as", "data-testid": "act-as", value: store.user, onchange: (event) => actAs(event.currentTarget.value),
      }, users().map((user) => h("option", { value: user.id, key: user.id }, `${user.real_name}${user.lead ? " (lead)" : ""}`))),
    ]),
    h("button", {
      type: "button", class: "icon-button", "aria-label": `Theme: ${store.theme}`, title: `Theme: ${store.theme}`, "data-testid": "theme",
      onclick: () => setTheme(NEXT_THEME[store.theme]),
    }, icon(THEME_ICON[store.theme])),
  ]);
}

// The clock writes itself: a whole drawing every second would be waste.
function tick(node) {
  const show = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const write = () => (node.textContent = show.format(now()));
  write();
  setInterval(write, 500);
}

export function tabs() {
  const tab = (name, label, sign, choose) => h("button", {
    type: "button", class: "tab", key: name, "data-testid": `tab-${name}`, "aria-current": store.tab === name ? "page" : null, onclick: choose,
  }, [icon(sign), label]);
  const slack = () => (store.place === "home" ? goTo(store.slack.channels[0].id) : set({ tab: "slack" }));
  return h("nav", { class: "tabs", "aria-label": "Views" }, [
    tab("slack", "Slack", "hash", slack),
    tab("customers", "Customers", "people", () => set({ tab: "customers" })),
    tab("home", "Home", "home", () => goTo("home")),
  ]);
}
