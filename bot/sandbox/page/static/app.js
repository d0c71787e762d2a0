// Puts the page together and keeps it up to date.

import { announce } from "./announce.js";
import { channelPane } from "./channel.js";
import { h, patch } from "./dom.js";
import { icon } from "./icons.js";
import { keepLinksInside } from "./links.js";
import { confirmView, modalView } from "./modal.js";
import { goTo, markRead, settlePlace } from "./places.js";
import { settle } from "./scroll.js";
import { sidebar } from "./sidebar.js";
import { listen, onChange, readClock, refresh, set, store } from "./store.js";
import { threadPane } from "./thread.js";
import { timelinePane } from "./timeline.js";
import { tabs, topbar } from "./topbar.js";
import { say } from "./words.js";

const root = document.getElementById("app");
const CLOCK_EVERY = 30_000;

function page() {
  if (!store.slack) return [h("p", { class: "empty" }, store.connected ? say("Loading the workspace…") : say("The sandbox does not answer."))];
  return [
    topbar(),
    h("div", { class: `columns tab-${store.tab}${store.thread ? " with-thread" : ""}` }, [
      sidebar(),
      store.channelsOpen && h("div", { class: "drawer-veil", key: "veil", onclick: () => set({ channelsOpen: false }) }),
      channelPane(),
      threadPane(),
      timelinePane(),
    ]),
    tabs(),
    modalView(),
    confirmView(),
    notice(),
  ];
}

function notice() {
  if (!store.connected) return h("p", { class: "notice", role: "status", key: "offline" }, [icon("warning"), say("Connection lost. Trying again…")]);
  if (!store.notice) return null;
  return h("p", { class: "notice notice-error", role: "alert", key: "notice", "data-testid": "notice" }, [
    icon("warning"), store.notice,
    h("button", { type: "button", class: "icon-button", "aria-label": say("Dismiss"), onclick: () => set({ notice: null }) }, icon("close")),
  ]);
}

function draw() {
  document.documentElement.dataset.theme = store.theme;
  document.documentElement.lang = store.slack?.language ?? "en";
  if (store.slack) {
    settlePlace();
    markRead();
  }
  patch(root, page());
  settle();
  announce();
}

onChange(draw);
draw();
listen();
keepLinksInside();
if (store.place === "home") goTo("home");
addEventListener("hashchange", () => goTo(decodeURIComponent(location.hash.slice(1))));
setInterval(() => readClock().catch(() => set({ connected: false })), CLOCK_EVERY);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ["slack", "x", "bluesky"].forEach(refresh));
