// The sandbox's JSON API. Every call resolves; a refusal or a lost connection comes back as {ok: false, error}.

const NO_ANSWER = { ok: false, error: "The sandbox does not answer." };

export async function get(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw Object.assign(new Error(`${path}: ${response.status}`), { status: response.status });
  return response.json();
}

export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    return { ok: response.ok, error: response.ok ? null : `The sandbox answered ${response.status}.`, ...answer };
  } catch {
    return NO_ANSWER;
  }
}

/** Puts a file into the workspace, as Slack does as soon as it is chosen: {ok, file}. */
export async function upload(user, file) {
  try {
    const query = new URLSearchParams({ user, name: file.name });
    const response = await fetch(`/sandbox/slack/file?${query}`, { method: "POST", body: file });
    return await response.json();
  } catch {
    return NO_ANSWER;
  }
}
