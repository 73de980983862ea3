import { isLive, hasTrials } from "./source.js";

// Everything on the page is made here, from text alone: no string ever becomes markup.

const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;
const hiddenButLines = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu;
const longest = 100_000;

/// The text with everything that could reorder or hide what stands beside it shown as an escape.
export function printable(text, keepsLines = false) {
  let shown = String(text);
  if (shown.length > longest) shown = `${shown.slice(0, longest)}… (${shown.length - longest} characters more)`;
  return shown.replace(keepsLines ? hiddenButLines : hidden, (one) =>
    one === "\n" ? "\\n" : one === "\r" ? "\\r" : one === "\t" ? "\\t" : `\\u{${one.codePointAt(0).toString(16)}}`);
}

/// The beginning of a text.
export function cut(text, most = 120) {
  const all = [...String(text ?? "")];
  return all.length > most ? `${all.slice(0, most - 1).join("")}…` : all.join("");
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : printable(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(element, child);
    else if (child instanceof Node) element.append(child);
    else element.append(printable(child, element.tagName === "PRE"));
  }
}

/// An element of HTML; functions among the attributes listen to the event of that name.
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/// An element of SVG.
export const s = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/// The address of a screen: its state stands in it, so that it can be sent on.
export function address(run, screen, values = {}) {
  const parts = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return `#/${encodeURIComponent(run ?? "")}/${screen}${query ? `?${query}` : ""}`;
}

/// A heading with what the screen is for under it.
export const heading = (title, about) =>
  h("div", { class: "heading" }, h("h1", {}, title), about ? h("p", { class: "dim" }, about) : null);

/// A word in a coloured frame; the word itself says what the colour says.
export const pill = (word, tone = "plain") => h("span", { class: `pill ${tone}` }, word);

/// A table; on a phone each row is a block of its own in which every cell says what it is.
///
/// A column is {title, figure, cell(row)}.
export function table(label, columns, rows, options = {}) {
  const of = (column) => [column.figure ? "figure" : "", column.class ?? ""].filter(Boolean).join(" ") || null;
  return h("div", { class: "wide", role: "region", "aria-label": label, tabindex: "0" },
    h("table", { class: "stack" },
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: of(column), title: column.about }, column.title)))),
      h("tbody", {}, rows.map((row) => h("tr", { "data-row": true, class: options.tone?.(row) },
        columns.map((column) => h("td", { class: of(column), "data-label": column.title || null }, column.cell(row))))))));
}

const runHere = () => /^#\/([^/?]*)/.exec(location.hash)?.[1] ?? "";

/// The screen that shows what a command prints; null where there is none.
export function wayOf(line) {
  const words = line.trim().split(/\s+/);
  if (words.shift() !== "belay") return null;
  const names = [];
  const options = {};
  while (words.length) {
    const word = words.shift();
    if (!word.startsWith("--")) names.push(word);
    else if (/^--(run|lab|suite|split|sort|limit|cursor|against|trials|svg|x)$/.test(word)) options[word.slice(2)] = words.shift();
    else options[word.slice(2)] = "1";
  }
  const [name, ...rest] = names;
  const run = options.run ?? rest.find((one) => /^r\d+$/.test(one)) ?? runHere();
  const things = rest.filter((one) => /^[cet]\d+$/.test(one));
  const isWhole = things.length === rest.filter((one) => !/^r\d+$/.test(one)).length;
  switch (name) {
    case "status": case "watch": return address(run, "overview");
    case "report": case "hypotheses": return address(run, name);
    case "tree": return address(run, "lineage");
    case "log": return address(run, "log");
    case "gate": return rest[0] === "explain" && things.length ? address(run, "gate", { what: things[0] }) : rest[0] === "list" ? address(run, "gates") : null;
    case "diff": return things.length === 2 && isWhole ? address(run, "diff", { a: things[0], b: things[1] }) : null;
    case "matrix": return isLive && !things.length && isWhole ? address(run, "heatmap", { changed: options.changed, sort: options.sort, split: options.split }) : null;
    case "plot": return ["score", "cost", "gap", "pareto", "effects"].includes(rest[0]) ? address(run, "plots", { what: rest[0] }) : null;
    case "leaderboard": return address(run, "leaderboard");
    case "trace": return hasTrials && things.length === 1 && isWhole ? address(run, "trace", { trial: things[0], against: isLive ? options.against : null, content: options.content }) : null;
    case "show": return !isLive ? null : /^r\d+$/.test(rest[0] ?? "") ? address(rest[0], "run") : /^c\d+$/.test(rest[0] ?? "") ? address(run, "show", { what: rest[0] }) : null;
    default: return null;
  }
}

/// A sentence of Belay's own in which the edits, candidates and trials of a night are links.
export const linked = (run, text) => String(text).split(/\b([cet]\d+)\b/).map((part, at) => {
  if (at % 2 === 0 || (part[0] === "c" && !isLive) || (part[0] === "t" && !hasTrials)) return part;
  return h("a", { href: part[0] === "t" ? address(run, "trace", { trial: part }) : address(run, "gate", { what: part }) }, part);
});

/// The lab that commands have to name, as the server says it: {option, words}; null where they find it.
export const commandPlace = { now: null };

// The same as CommandPlace does for the terminal.
function placed(line) {
  const at = commandPlace.now;
  const word = /^belay (suite(?= audit)|[a-z]+)(?![a-z])/.exec(line)?.[1];
  return at && word && !line.includes(" --lab") && (word === "suite" || at.words.includes(word)) ? line.replace(/^belay /, () => `belay ${at.option} `) : line;
}

/// Commands, each with a button that copies it and the way to what it shows.
export function commands(lines) {
  return h("div", { class: "commands" }, lines.map((plain) => {
    const line = placed(plain);
    const button = h("button", { type: "button", class: "plain copy", "aria-label": `Copy: ${line}` }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(line);
        button.textContent = "Copied";
      } catch { button.textContent = "Select it"; }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    const way = wayOf(plain);
    return h("div", { class: "command" }, h("code", {}, line), way && way !== location.hash ? h("a", { class: "chip", href: way, "aria-label": `Open what it shows: ${line}` }, "Open") : null, button);
  }));
}

/// What is shown where there is nothing yet.
export const nothing = (text, hints = []) =>
  h("div", { class: "nothing" }, h("p", {}, text), hints.length ? commands(hints) : null);

/// Buttons that choose one of several values of the address.
export function choice(label, now, values, to) {
  return h("div", { class: "choice", role: "group", "aria-label": label },
    h("span", { class: "dim" }, label),
    values.map(([value, word]) => h("a", { href: to(value), class: "chip", "aria-current": value === now ? "true" : null }, word)));
}

/// The way to the pages before and behind.
export function pager(page, from, limit, to, unit = "items") {
  const total = page.counts?.items;
  const shown = page.items.length;
  if (!page.truncated && !from) return null;
  return h("div", { class: "pager" },
    from > 0 ? h("a", { class: "chip", href: to(Math.max(0, from - limit)), rel: "prev" }, "Earlier") : null,
    h("span", { class: "dim" }, shown ? `${from + 1} to ${from + shown}${total ? ` of ${total}` : ""} ${unit}` : `no ${unit}`),
    page.next ? h("a", { class: "chip", href: to(Number(page.next)), rel: "next" }, "More") : null);
}
