// How often the sample customers post, and the storm.

import { onNetwork } from "./deeds.js";
import { h } from "./dom.js";
import { changed, store } from "./store.js";
import { say } from "./words.js";

const STEPS = [0, 60, 30, 15, 8, 4, 2]; // seconds between posts; 0 is off
const words = (seconds) => (seconds ? say("every {seconds} s", { seconds }) : say("off"));

export function paceSlider() {
  const pace = store.x.pace;
  const at = pace === 0 ? 0 : STEPS.findLastIndex((step) => step >= pace);
  const shown = store.pace ?? Math.max(at, pace ? 1 : 0);
  const label = store.pace === null ? words(pace) : words(STEPS[store.pace]);
  return h("label", { class: "pace" }, [
    h("span", {}, say("Customers post")),
    h("input", {
      type: "range", min: "0", max: String(STEPS.length - 1), step: "1", value: String(shown), "aria-valuetext": label, "data-testid": "pace",
      oninput: (event) => {
        store.pace = Number(event.currentTarget.value);
        changed();
      },
      onchange: async (event) => {
        await onNetwork("x", "pace", { seconds: STEPS[Number(event.currentTarget.value)] });
        store.pace = null;
        changed();
      },
    }),
    h("output", { class: "pace-words" }, label),
  ]);
}

/** A hundred and fifty customers within half a minute. */
export const stormButton = () => h("button", {
  type: "button", class: "button storm", "data-testid": "storm", onclick: () => onNetwork("x", "storm", {}),
}, say("Start a storm"));
