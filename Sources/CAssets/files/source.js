// Where pages come from: the server that this file came from, or files beside it in a site that was written.

const meta = document.querySelector('meta[name="belay-source"]');
const kind = meta?.content ?? "live";
export const isLive = kind === "live";
/// Whether trials can be looked at, with what agents and proposers wrote; a site has them only when that was asked for.
export const hasTrials = isLive || kind.includes("traces");

let token = null;
try { token = sessionStorage.getItem("belay-token"); } catch { token = null; }

/// Takes the token out of the address, where it would be seen and sent on.
export function takeToken() {
  const match = /(?:^#|[?&#])token=([A-Za-z0-9_-]+)/.exec(location.hash);
  if (!match) return;
  token = match[1];
  try { sessionStorage.setItem("belay-token", token); } catch { /* it lasts as long as the page */ }
  history.replaceState(null, "", `${location.pathname}#/`);
}

const headers = (more = {}) => (token ? { "x-belay-token": token, ...more } : more);

/// Why a page could not be had, with what to do next.
export class Refused extends Error {
  constructor(message, hint, status) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

const kept = new Map();

// The name of the file that holds an answer in a site; Swift writes the same.
function fileName(name, values) {
  const parts = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  const bytes = new TextEncoder().encode([name, ...parts].join("~"));
  return `${Array.from(bytes, (byte) => {
    const one = String.fromCharCode(byte);
    return /[A-Za-z0-9=~.-]/.test(one) ? one : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("")}.json`;
}

/// A page by its name; `tag` is the same as long as its content is.
export async function get(name, values = {}, signal) {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  const where = isLive ? `api/${name}?${new URLSearchParams(given)}` : `data/${fileName(name, given)}`;
  let response;
  for (let tries = 0; ; tries += 1) {
    try {
      response = await fetch(where, { headers: isLive ? headers() : {}, cache: "no-cache", credentials: "omit", signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refused("the server does not answer", "is belay serve still running?", 0);
    }
    // A long night that nobody looked at yet takes a while to be read.
    if (response.status !== 503 || !response.headers.has("retry-after") || tries >= 60) break;
    await new Promise((done) => setTimeout(done, 1000));
  }
  const tag = response.headers.get("etag");
  const old = kept.get(where);
  if (response.ok && tag && old?.tag === tag) return old;
  const text = await response.text();
  if (!response.ok) {
    let error = null;
    try { error = JSON.parse(text).error; } catch { error = null; }
    if (!isLive && response.status === 404) throw new Refused("this page is not part of the site", "belay serve has every page", 404);
    throw new Refused(error?.message ?? (text.trim() || `the server says ${response.status}`), error?.hint, response.status);
  }
  const answer = { page: JSON.parse(text), tag: tag ?? text };
  if (kept.size > 60) kept.delete(kept.keys().next().value);
  kept.set(where, answer);
  return answer;
}

/// Says something to a night.
export async function steer(word) {
  const response = await fetch("api/steer", { method: "POST", headers: headers({ "content-type": "application/json" }), body: JSON.stringify(word), credentials: "omit" });
  const text = await response.text();
  let json = null;
  try { json = JSON.parse(text); } catch { json = null; }
  if (!response.ok) throw new Refused(json?.error?.message ?? text.trim(), json?.error?.hint, response.status);
  return json;
}

/// Calls back on every change of the ledger: told by the server, or asked for where it cannot tell.
export function listen(onChange, onState) {
  if (!isLive) {
    onState("site");
    return;
  }
  let stop = null;
  let wait = 1000;
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  async function stream(signal) {
    const response = await fetch("api/events", { headers: headers(), credentials: "omit", signal, cache: "no-store" });
    if (response.status === 503) {
      onState("asking");
      while (!signal.aborted) {
        await pause(3000);
        onChange();
      }
      return;
    }
    if (!response.ok) throw new Refused("no events", null, response.status);
    onState("live");
    wait = 1000;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let first = true;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const parts = text.split("\n\n");
      text = parts.pop();
      for (const part of parts) {
        if (part.includes("event: change") || (part.includes("event: hello") && !first)) onChange();
        first = false;
      }
    }
  }
  async function run() {
    for (;;) {
      if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
      if (document.hidden) continue;
      stop = new AbortController();
      try { await stream(stop.signal); } catch { /* told below */ }
      if (document.hidden) continue;
      onState("lost");
      await pause(wait);
      wait = Math.min(wait * 2, 15_000);
      onChange();
    }
  }
  // A page that nobody sees holds no connection: a browser has few of them for one server.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop?.abort();
    else onChange();
  });
  run();
}
