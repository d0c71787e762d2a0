// The page's own icons, drawn on a 20 x 20 grid.

import { h } from "./dom.js";

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  home: "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4.5h3v4.5",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12.5 4 6.5 10l6 6",
  thread: "M3.5 4h13v9.5H10L6.5 16.5v-3h-3z",
  send: "M3.5 10 16.5 4 12 16.5 9.5 11z",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  people: "M7 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2 16c.3-2.8 2.3-4.3 5-4.3S11.7 13.2 12 16M13 9.5a2.3 2.3 0 1 0-.5-4.6M14 12c2.3.2 3.7 1.5 4 4",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 11.8A7 7 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z",
  auto: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  down: "M10 4v12M5 11l5 5 5-5",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2v.01",
  desk: "M3 5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-5l-4 3.5v-3.5H5a2 2 0 0 1-2-2zM7 8.5h6",
};

/** A decorative icon; whatever holds it has the words. */
export const icon = (name) =>
  h("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" }, h("path", { d: PATHS[name] }));
