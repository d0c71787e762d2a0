// All that the page knows: the services' state as last fetched, the clock, and what this browser has open.

import { get } from "./api.js";

const FIRST_USER = "U0ANNA";
const RETRY_AFTER = 2000; // ms

const query = new URLSearchParams(location.search);
const remembered = (name) => localStorage.getItem(`sandbox.${name}`);
const remember = (name, value) => localStorage.setItem(`sandbox.${name}`, value);

export const store = {
  user: query.get("as") ?? remembered("as") ?? FIRST_USER,
  slack: null,
  x: null,
  bluesky: null,
  clock: { base: Date.now(), read: performance.now(), speed: 1 },
  connected: true,
  theme: remembered("theme") ?? "auto",
  tips: remembered("tips") !== "hidden", // the line that says what to try
  tab: "slack", // which of "slack", "customers", "home" a phone shows
  place: decodeURIComponent(location.hash.slice(1)), // a channel's id or "home"
  thread: null, // {channel, ts}
  channelsOpen: false, // the phone's drawer
  notice: null,
  confirm: null, // a question that stands between a click and its action
  viewErrors: null, // {view, errors: {block_id: text}, error}
  fields: new Map(), // "container block action" -> what is chosen or typed, in Slack's shape
  busy: new Set(), // the same keys, while an action runs
  failed: new Map(), // container -> why its last action failed
  typed: new Map(), // composer -> text
  composerErrors: new Map(),
  lastRead: new Map(), // channel -> ts
  unseen: new Set(), // lists with something new below the fold
  wholeOf: null, // the channel whose old messages are shown too
  wholeTimeline: false,
  pace: null, // the slider's step while it is moved
  timeline: { network: "x", author: null, open: null }, // open: {id, mode: "reply" | "edit", author}
};

let draw = () => {};
let drawing = false;

export function onChange(render) {
  draw = render;
}

/** Draws at the next frame, once for any number of changes. */
export function changed() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

/** Changes the store and draws: `set({tab: "slack"})`. */
export function set(changes) {
  Object.assign(store, changes);
  changed();
}

export function setTheme(theme) {
  remember("theme", theme);
  set({ theme });
}

export function hideTips() {
  remember("tips", "hidden");
  set({ tips: false });
}

export function actAs(user) {
  remember("as", user);
  const address = new URL(location.href);
  address.searchParams.set("as", user);
  history.replaceState(null, "", address);
  store.failed.clear();
  set({ user, viewErrors: null, thread: null });
  return refresh("slack");
}

/** The sandbox's time in milliseconds. */
export function now() {
  const { base, read, speed } = store.clock;
  return base + (performance.now() - read) * speed;
}

// Of several refreshes at once the last one asked for must win, and a burst needs two fetches at most.
const fetching = { slack: null, x: null, bluesky: null };
const stale = { slack: false, x: false, bluesky: false };

export function refresh(kind) {
  stale[kind] = true;
  fetching[kind] ??= fetchUntilFresh(kind).finally(() => (fetching[kind] = null));
  return fetching[kind];
}

async function fetchUntilFresh(kind) {
  while (stale[kind]) {
    stale[kind] = false;
    const user = store.user;
    try {
      const state = await get(kind === "slack" ? `/sandbox/slack/state?user=${encodeURIComponent(user)}` : `/sandbox/${kind}/state`);
      if (kind !== "slack" || user === store.user) store[kind] = state;
      store.connected = stream?.readyState === EventSource.OPEN;
    } catch (problem) {
      if (problem.status === 404 && user !== FIRST_USER) actAs(FIRST_USER);
      else retry(kind);
    }
    changed();
  }
}

function retry(kind) {
  store.connected = false;
  setTimeout(() => refresh(kind), RETRY_AFTER);
}

export async function readClock() {
  const { now: instant, speed } = await get("/sandbox/clock");
  set({ clock: { base: Date.parse(instant), read: performance.now(), speed } });
}

let stream = null;

/** Listens to the sandbox; after a break everything is fetched anew. */
export function listen() {
  stream = new EventSource("/sandbox/stream");
  stream.onopen = () => {
    set({ connected: true });
    refresh("slack");
    refresh("x");
    refresh("bluesky");
    readClock().catch(() => set({ connected: false }));
  };
  stream.onmessage = (event) => refresh(JSON.parse(event.data).changed);
  stream.onerror = () => {
    set({ connected: false });
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_AFTER);
  };
}
