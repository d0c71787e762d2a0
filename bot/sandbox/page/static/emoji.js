// The short names that the bot and people use most; an unknown name stays as it was typed, as in Slack.

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", alarm_clock: "⏰", angry: "😠", arrow_right: "➡️",
  arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bar_chart: "📊", beach_with_umbrella: "🏖️", bell: "🔔", bird: "🐦",
  black_circle: "⚫", blue_circle: "🔵", bulb: "💡", bust_in_silhouette: "👤", busts_in_silhouette: "👥", calendar: "📆",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", clap: "👏", clipboard: "📋", clock1: "🕐", clock3: "🕒",
  clock9: "🕘", crossed_fingers: "🤞", cry: "😢", e_mail: "📧", email: "📧", exclamation: "❗", eyes: "👀", fire: "🔥",
  globe_with_meridians: "🌐", green_circle: "🟢", green_heart: "💚", hand: "✋", handshake: "🤝", heart: "❤️",
  heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", inbox_tray: "📥", incoming_envelope: "📨",
  information_source: "ℹ️", joy: "😂", key: "🔑", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠",
  large_red_circle: "🔴", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", loud_sound: "🔊", loudspeaker: "📢",
  mag: "🔍", mega: "📣", memo: "📝", moneybag: "💰", mute: "🔇", no_entry: "⛔", no_entry_sign: "🚫", ok: "🆗", ok_hand: "👌",
  open_mouth: "😮", orange_circle: "🟠", outbox_tray: "📤", page_facing_up: "📄", paperclip: "📎", party_popper: "🎉",
  pencil: "📝", pencil2: "✏️", phone: "☎️", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓", rage: "😡",
  raised_hand: "✋", raised_hands: "🙌", red_circle: "🔴", repeat: "🔁", rocket: "🚀", rotating_light: "🚨", rose: "🌹",
  runner: "🏃", see_no_evil: "🙈", shrug: "🤷", slightly_smiling_face: "🙂", smile: "😄", smiley: "😃", snooze: "💤", sob: "😭",
  sos: "🆘", sparkles: "✨", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", sunny: "☀️", tada: "🎉", telephone: "☎️",
  thinking_face: "🤔", timer_clock: "⏲️", tired_face: "😫", tools: "🛠️", train: "🚋", triangular_flag_on_post: "🚩",
  trophy: "🏆", unlock: "🔓", warning: "⚠️", wastebasket: "🗑️", wave: "👋", white_check_mark: "✅", white_circle: "⚪",
  white_flag: "🏳️", wrench: "🔧", x: "❌", yellow_circle: "🟡", zap: "⚡", zzz: "💤", crown: "👑", sun_with_face: "🌞",
  coffee: "☕", hugging_face: "🤗", muscle: "💪", inbox: "📥", bookmark: "🔖", label: "🏷️", scales: "⚖️", shield: "🛡️",
  left_speech_bubble: "🗨️", arrow_up: "⬆️", arrow_down: "⬇️", heavy_minus_sign: "➖", heavy_plus_sign: "➕", grey_question: "❔",
};

/** The character of an emoji's short name, or undefined. */
export const emoji = (name) => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined);

/** `:tada: done` with its known short names replaced. */
export const withEmoji = (text) => String(text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
