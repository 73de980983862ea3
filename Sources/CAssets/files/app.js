import { h, printable, address, heading, commands, cut, commandPlace } from "./dom.js";
import { get, listen, takeToken, isLive, hasTrials } from "./source.js";
import { report } from "./document.js";
import { overview, cost, stateTone } from "./night.js";
import { lineage } from "./lineage.js";
import { leaderboard, heatmap, hypotheses, gates, gate } from "./tables.js";
import { diff, compare } from "./compare.js";
import { trials, trace, show } from "./trials.js";
import { plots } from "./plots.js";
import { runs, run, log, search } from "./runs.js";

// Screens of a `night` are of the one in the address; others show what the whole lab has, or a thing by its id.
const screens = {
  overview: { title: "Overview", make: overview, key: "1", night: true },
  report: { title: "Report", make: report, key: "2", night: true },
  lineage: { title: "Lineage", make: lineage, key: "3", night: true },
  diff: { title: "Diff", make: diff, key: "4", night: true },
  heatmap: { title: "Heat map", make: heatmap, key: "5", night: (values) => !values.of },
  hypotheses: { title: "Hypotheses", make: hypotheses, key: "6", night: true },
  gates: { title: "Gates", make: gates, key: "7", night: true },
  trials: { title: "Trials", make: trials, key: "8" },
  plots: { title: "Figures", make: plots, key: "9", night: true },
  cost: { title: "Cost", make: cost, key: "c", night: true },
  log: { title: "Log", make: log, key: "l", night: true },
  leaderboard: { title: "Leaderboard", make: leaderboard, key: "0" },
  runs: { title: "Runs", make: runs, key: "r", live: true },
  search: { title: "Search", make: search, key: "s", live: true },
  gate: { title: "Why", make: gate, under: "gates", night: true },
  trace: { title: "Trial", make: trace, under: "trials" },
  compare: { title: "Compare", make: compare, under: "leaderboard" },
  run: { title: "Run", make: run, under: "runs" },
  show: { title: "Show", make: show, under: "runs" },
};
const listed = Object.entries(screens).filter(([name, screen]) => screen.key && (hasTrials || name !== "trials") && (isLive || !screen.live));

const byId = (id) => document.getElementById(id);
const main = byId("main");
const jump = byId("jump");
let recorded = [];
let nights = [];
let about = { control: false };
let shown = { where: null, tags: "" };
let turn = 0;
let told = "";

// #/r4/lineage?at=c12
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [run, name] = (path ?? "").split("/").map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const values = Object.fromEntries(new URLSearchParams(query ?? ""));
  // A lab with one night opens with that; one with several, or with none, with the list of all that it has.
  const first = run || nights.length === 1 || !isLive ? "overview" : "runs";
  const place = { run: run || nights[0]?.run || null, screen: name || first, values, asked: null, isNight: true };
  const known = recorded.find((one) => one.run === place.run);
  place.isNight = known ? known.type === "night" : place.run !== null;
  if (!Object.hasOwn(screens, place.screen)) return { ...place, screen: null, asked: place.screen };
  if (!place.isNight && place.screen === "log") return { ...place, screen: "trials" };
  if (!place.isNight && isOfNight(place)) return { ...place, screen: place.run ? "run" : "runs", asked: name && name !== "overview" ? screens[name].title : null };
  return place;
}

// Whether a screen speaks of the night in its address and of nothing else.
function isOfNight(where) {
  const { night } = screens[where.screen] ?? {};
  return typeof night === "function" ? night(where.values) : night === true;
}

// What the address asks for and the page has not.
const unknown = (where) => [
  heading("There is no such screen", `The address asks for “${cut(where.asked, 60)}”. These there are:`),
  h("ul", { class: "screens" }, listed.filter(([, screen]) => where.isNight || !screen.night).map(([name, screen]) =>
    h("li", {}, h("a", { href: address(where.run, name) }, screen.title), h("span", { class: "dim" }, ` #/${where.run ?? ""}/${name}`)))),
];

const screenOf = (where) => (where.screen ? screens[where.screen] : { title: "No such screen", make: unknown });

function showNavigation(where) {
  const current = screenOf(where).under ?? where.screen;
  // A run of single harnesses has no screens of a night.
  const links = listed.filter(([, screen]) => where.isNight || !screen.night).map(([name, screen]) => h("a", {
    href: address(where.run, name), "aria-current": name === current ? "page" : null, title: `${screen.title} (${screen.key})`,
  }, screen.title));
  byId("nav").replaceChildren(...links);
}

function showNights(where) {
  const pick = byId("night");
  const names = nights.map((one) => one.run);
  if (where.run && !names.includes(where.run)) names.unshift(where.run);
  const labels = new Map(nights.map((one) => [one.run, `${one.run} ${one.settings?.name ?? one.suite ?? ""} ${one.started_at?.slice(0, 10) ?? ""}`]));
  pick.replaceChildren(...names.map((name) => h("option", { value: name, selected: name === where.run }, (labels.get(name) ?? name).slice(0, 60))));
  pick.disabled = names.length < 2;
  pick.closest("label").hidden = !names.length;
}

async function showState(where) {
  const state = byId("state");
  const notice = byId("notice");
  if (!where.run || !where.isNight) {
    state.hidden = true;
    notice.hidden = true;
    return;
  }
  try {
    const { page } = await get("status", { run: where.run });
    const now = page.items[0];
    state.hidden = false;
    state.className = `pill ${stateTone[now.state] ?? "plain"}`;
    state.textContent = now.state.toUpperCase();
    state.title = printable(now.sentence);
    // Screens that show other things than this night say themselves whose these are.
    notice.hidden = !now.rehearsal || !isOfNight(where);
    notice.textContent = now.rehearsal ? printable(`${(now.rehearsed_by ?? "rehearsal").replace(/^r/, "R")}. Nothing about ${now.run} is about a real model.`) : "";
    const words = `${now.run} ${now.state}, ${now.adoptions} adoptions, champion ${now.champion}`;
    if (told && told !== words) byId("live").textContent = printable(words);
    told = words;
  } catch { state.hidden = true; }
}

const failed = (error) => [
  heading("This page could not be shown", null), h("p", {}, error.message),
  error.status === 401 ? h("p", {}, "Open the whole address that belay serve printed; its end holds the token.") : null,
  error.hint ? commands([error.hint]) : null,
];

// Draws the screen that the address means. What has not changed is left as it is.
async function draw(isNew) {
  const mine = ++turn;
  const where = place();
  const tags = [];
  const context = {
    ...where, control: about.control, refresh: () => draw(false),
    get: async (name, values) => {
      const answer = await get(name, values);
      tags.push(answer.tag);
      return answer;
    },
  };
  if (isNew) {
    showNavigation(where);
    showNights(where);
    main.setAttribute("aria-busy", "true");
  }
  const state = showState(where);
  let content;
  let isFailure = false;
  try {
    content = await screenOf(where).make(context);
  } catch (error) {
    if (!(error.status >= 0)) console.error(error);
    isFailure = true;
    content = failed(error);
    tags.push(error.message);
  }
  await state;
  if (mine !== turn) return;
  const hash = location.hash;
  main.setAttribute("aria-busy", "false");
  if (!isNew && shown.where === hash && shown.tags === tags.join(" ")) return;
  // A page that worked is not taken away because one look failed.
  if (!isNew && isFailure) return;
  swap(content);
  shown = { where: hash, tags: tags.join(" ") };
  document.title = [screenOf(where).title, where.run, "Belay"].filter(Boolean).join(" · ");
  if (isNew) {
    filter(jump.value);
    performance.mark("belay-shown");
  }
  document.body.dataset.shown = String(Number(document.body.dataset.shown ?? 0) + 1);
}

// Puts the new content in place and leaves the reader where he was.
function swap(content) {
  const active = document.activeElement;
  const key = main.contains(active) ? active.closest("[data-key]")?.dataset.key ?? active.getAttribute("href") : null;
  const typed = new Map([...main.querySelectorAll("input[data-key]")].map((one) => [one.dataset.key, one.value]));
  const open = new Set([...main.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  const top = window.scrollY;
  const sides = [...main.querySelectorAll(".wide")].map((one) => one.scrollLeft);
  main.replaceChildren(...[content].flat(9).filter((one) => one instanceof Node));
  if (shown.where !== location.hash) {
    window.scrollTo(0, 0);
    return;
  }
  for (const one of main.querySelectorAll("input[data-key]")) if (typed.has(one.dataset.key)) one.value = typed.get(one.dataset.key);
  for (const one of main.querySelectorAll("details > summary")) if (open.has(one.textContent)) one.parentElement.open = true;
  [...main.querySelectorAll(".wide")].forEach((one, at) => { one.scrollLeft = sides[at] ?? 0; });
  window.scrollTo(0, top);
  if (key) (main.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? main.querySelector(`[href="${CSS.escape(key)}"]`))?.focus({ preventScroll: true });
  filter(jump.value);
}

// What is typed leads to a thing by its id, or leaves the rows that have it.
function filter(text) {
  const wanted = text.trim().toLowerCase();
  for (const row of main.querySelectorAll("[data-row]")) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
}

function goTo(text) {
  const where = place();
  const name = text.trim().replace(/^:/, "").toLowerCase();
  if (/^[ce]\d+$/.test(name)) return address(where.run, "gate", { what: name });
  if (/^t\d+$/.test(name)) return address(where.run, "trace", { trial: name });
  if (/^r\d+$/.test(name)) return address(name, "overview");
  const screen = listed.find(([key, one]) => key.startsWith(name) || one.title.toLowerCase().startsWith(name));
  if (!name) return null;
  return screen ? address(where.run, screen[0]) : isLive ? address(where.run, "search", { text: text.trim() }) : null;
}

jump.addEventListener("input", () => filter(jump.value));
jump.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const to = goTo(jump.value);
  if (!to) return;
  jump.value = "";
  location.hash = to;
  main.focus();
});

function step(by) {
  const rows = [...main.querySelectorAll("[data-row]:not([hidden])")];
  const stops = rows.map((row) => row.querySelector("a, button") ?? row);
  if (!stops.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const to = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, at + by))];
  if (!to.hasAttribute("href")) to.setAttribute("tabindex", "-1");
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

const keys = [
  ["/", "jump to c12, e7, t33, r4 or a screen by name; filter the rows; Enter looks for other words in the traces"], ["j k", "the next row, the one before"],
  ["g G", "the first row, the last"], ["Enter", "open"], ["[ ]", "the screen before, the next"], ["1 to 9, c, l, 0, r, s", "a screen"],
  ["p n", "the page before, the next page of a list"], ["y", "copy the address, which holds what is shown"], ["t", "light, dark, or as the system has it"],
  ["Esc", "clear, close, back"], ["?", "these keys"], ["+ - 0, arrows", "in the lineage: zoom, show all, go from node to node"],
];

function openKeys() {
  const dialog = byId("keys");
  dialog.replaceChildren(h("h2", {}, "Keys"), h("dl", { class: "facts" }, keys.map(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h("p", { class: "dim small" }, isLive ? "The page reads the ledger and changes nothing" + (about.control ? ", but for the words to a night." : ".") : "A site that was written from a ledger; it does not change."),
    h("form", { method: "dialog" }, h("button", { type: "button", click: () => dialog.close() }, "Close")));
  if (!dialog.open) dialog.showModal();
}

function themed(change) {
  const order = ["system", "light", "dark"];
  let now = "system";
  try { now = localStorage.getItem("belay-theme") ?? "system"; } catch { now = document.documentElement.dataset.theme ?? "system"; }
  if (change) now = order[(order.indexOf(now) + 1) % order.length];
  try { localStorage.setItem("belay-theme", now); } catch { /* it lasts as long as the page */ }
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
  byId("theme").textContent = { system: "Auto", light: "Light", dark: "Dark" }[now];
}

document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "Escape") {
    if (byId("keys").open) return;
    if (isTyping) {
      event.target.blur();
      if (event.target === jump) {
        jump.value = "";
        filter("");
      }
    } else if (screenOf(place()).under) history.back();
    return;
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const where = place();
  const at = listed.findIndex(([name]) => name === (screenOf(where).under ?? where.screen));
  const screen = listed.find(([, one]) => one.key === event.key);
  if (event.target.closest?.(".tree") && ["+", "-", "0", "="].includes(event.key)) return;
  if (screen) location.hash = address(where.run, screen[0]);
  else if (event.key === "/") jump.focus();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "g") step(-1e9);
  else if (event.key === "G") step(1e9);
  else if (event.key === "]") location.hash = address(where.run, listed[(at + 1) % listed.length][0]);
  else if (event.key === "[") location.hash = address(where.run, listed[(at + listed.length - 1) % listed.length][0]);
  else if (event.key === "n") main.querySelector("[rel=next]")?.click();
  else if (event.key === "p") main.querySelector("[rel=prev]")?.click();
  else if (event.key === "y") navigator.clipboard?.writeText(location.href).catch(() => {});
  else if (event.key === "t") themed(true);
  else if (event.key === "?") openKeys();
  else return;
  event.preventDefault();
});

byId("help").addEventListener("click", openKeys);
byId("theme").addEventListener("click", () => themed(true));
byId("night").addEventListener("change", (event) => { location.hash = address(event.target.value, isOfNight(place()) ? place().screen : "overview"); });
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", () => {
  takeToken();
  draw(true);
});

const pulses = { live: "live", asking: "asks every 3 s", lost: "not connected", site: "a written site" };

async function begin() {
  // Whoever reads this was opened as it should be; a long night may take its time.
  document.querySelector(".late")?.remove();
  themed(false);
  takeToken();
  try {
    const [all, says] = await Promise.all([get("runs", { limit: 200, fields: "run,type,settings,suite,started_at" }), isLive ? get("about") : null]);
    recorded = all.page.items;
    nights = recorded.filter((one) => one.type === "night");
    about = says?.page ?? about;
    commandPlace.now = about.lab ?? null;
  } catch (error) {
    if (error.status === 401) {
      main.replaceChildren(...failed(error).filter(Boolean));
      return;
    }
  }
  await draw(true);
  listen(() => draw(false), (state) => {
    byId("pulse").className = `pulse ${state}`;
    byId("pulse").title = pulses[state];
    byId("pulse").firstElementChild.textContent = pulses[state];
  });
}

begin();
