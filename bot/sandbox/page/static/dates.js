// Slack's timestamps and date tokens, in one person's language and time zone.

const DAY = 86_400_000;

/** The instant of a Slack ts ("1763735127.000200"), in milliseconds. */
export const instantOf = (ts) => Number(ts) * 1000;

const formats = new Map(); // making one takes longer than all the rest of a message

function format(ms, who, options) {
  const key = JSON.stringify([who.locale, who.tz, options]);
  if (!formats.has(key)) formats.set(key, formatFor(who, options));
  return formats.get(key).format(ms);
}

function formatFor(who, options) {
  try {
    return new Intl.DateTimeFormat(who.locale, { timeZone: who.tz, ...options });
  } catch {
    return new Intl.DateTimeFormat(undefined, options); // An unknown zone or language: the browser's own.
  }
}

export const timeOf = (ms, who) => format(ms, who, { hour: "2-digit", minute: "2-digit" });
export const fullTimeOf = (ms, who) => format(ms, who, { dateStyle: "full", timeStyle: "medium" });

/** ["Fri", "20 Nov", "16:40:02"] in the page's language: for its own clock. */
export const clockParts = (ms, { tz }, language) =>
  [{ weekday: "short" }, { day: "numeric", month: "short" }, { hour: "2-digit", minute: "2-digit", second: "2-digit" }]
    .map((part) => format(ms, { locale: !language || language === "en" ? "en-GB" : language, tz }, part));

/** The calendar day at that person's place, as a key: "2026-11-20". */
export const dayOf = (ms, who) =>
  format(ms, { ...who, locale: "sv-SE" }, { year: "numeric", month: "2-digit", day: "2-digit" });

/** What a day separator says: Today, Yesterday, or the date. */
export function dayLabel(ms, who, now) {
  return pretty(ms, who, now, true) ?? format(ms, who, { weekday: "long", day: "numeric", month: "long" });
}

/** A post's time: the time alone on the same day, else with the date. */
export function shortTime(ms, who, now) {
  if (dayOf(ms, who) === dayOf(now, who)) return timeOf(ms, who);
  return format(ms, who, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

function pretty(ms, who, now, capital) {
  const days = [0, -1, 1].find((shift) => dayOf(ms, who) === dayOf(now + shift * DAY, who));
  if (days === undefined) return undefined;
  const label = new Intl.RelativeTimeFormat(who.locale, { numeric: "auto" }).format(days, "day");
  return capital ? label[0].toUpperCase() + label.slice(1) : label;
}

function ago(ms, now) {
  const seconds = Math.round((ms - now) / 1000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

const PLAIN = {
  date_num: (ms, who) => dayOf(ms, who),
  date_slash: (ms, who) => format(ms, who, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date_long: (ms, who) => format(ms, who, { dateStyle: "full" }),
  date: (ms, who) => format(ms, who, { dateStyle: "long" }),
  date_short: (ms, who) => format(ms, who, { dateStyle: "medium" }),
  day_divider_pretty: dayLabel,
  time: (ms, who) => timeOf(ms, who),
  time_secs: (ms, who) => format(ms, who, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (ms, _who, now) => ago(ms, now),
};

/** `{date_short_pretty} at {time}` filled in. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function slackDate(unix, pattern, who, now) {
  const ms = Number(unix) * 1000;
  return pattern.replace(/\{(\w+)\}/g, (whole, token, at) => {
    const fill = PLAIN[token] ?? PLAIN[token.replace(/_pretty$/, "")];
    if (!fill) return whole;
    const near = token.endsWith("_pretty") && pretty(ms, who, now, at === 0);
    return near || fill(ms, who, now);
  });
}
