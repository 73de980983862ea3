import { h, s } from "./dom.js";

// Figures as the terminal writes them; what is not known is a dash, never a zero.

const dash = "–";
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

export const whole = (value) => (known(value) ? value.toLocaleString("en-US") : dash);

export const percent = (value, signed = false) => {
  if (!known(value)) return dash;
  const text = (Math.abs(value) * 100).toFixed(1);
  const minus = value < 0 && text !== "0.0";
  return (minus ? "−" : signed ? "+" : "") + text;
};

export const points = (value) => (known(value) ? `${percent(value, true)} pp` : dash);

// An e-value from its logarithm, as the terminal writes it.
export function evidence(log) {
  if (!known(log)) return dash;
  if (log > Math.log(9999)) return ">9999";
  return Math.exp(log) < 10 ? Math.exp(log).toFixed(1) : String(Math.round(Math.exp(log)));
}

export function dollars(value) {
  if (!known(value)) return dash;
  return `$${value.toFixed(value !== 0 && Math.abs(value) < 1 ? 4 : 2)}`;
}

export function count(value) {
  if (!known(value)) return dash;
  for (const [unit, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= unit) return (value / unit).toFixed(Math.abs(value / unit) < 99.95 ? 1 : 0) + letter;
  }
  return String(Math.round(value));
}

export function duration(milliseconds) {
  if (!known(milliseconds)) return dash;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (value) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d${two(Math.floor((seconds % 86_400) / 3600))}h`;
}

export const clock = (at) => (at ? `${at.slice(11, 16)}Z` : dash);
export const minute = (at) => (at ? `${at.slice(0, 10)} ${at.slice(11, 16)}Z` : dash);

/// How far something is, as a bar and in words.
export function progress(label, done, of, words) {
  const share = of > 0 ? Math.min(1, done / of) : 0;
  const inner = h("div", { class: "bar-fill" });
  inner.style.width = `${(share * 100).toFixed(1)}%`;
  return h("div", { class: "measure" },
    h("div", { class: "measure-head" }, h("span", {}, label), h("span", { class: "figure" }, words)),
    h("div", { class: "bar", role: "progressbar", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": Math.round(share * 100), "aria-valuetext": words }, inner));
}

/// A score with its interval, on a scale from 0 to 100.
export function whisker(mean, low, high) {
  if (!known(mean)) return null;
  const at = (value) => (2 + 96 * Math.min(1, Math.max(0, value))).toFixed(1);
  return s("svg", { class: "whisker", viewBox: "0 0 100 14", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("line", { class: "axis", x1: 2, x2: 98, y1: 7, y2: 7 }),
    known(low) && known(high) ? s("line", { class: "range", x1: at(low), x2: at(high), y1: 7, y2: 7 }) : null,
    s("line", { class: "mean", x1: at(mean), x2: at(mean), y1: 2, y2: 12 }));
}

/// A difference with its interval beside 0, in points; `others` are values that its axis has to show as well,
/// so that several of them can be set side by side.
export function interval(mean, low, high, label, others = []) {
  if (![mean, low, high].every(known)) return null;
  const seen = [low, high, mean, 0, ...others.filter(known)];
  const from = Math.floor(Math.min(...seen) * 10) / 10;
  const to = Math.max(Math.ceil(Math.max(...seen) * 10) / 10, from + 0.1);
  const at = (value) => (12 + (576 * (value - from)) / (to - from)).toFixed(1);
  const tone = low > 0 ? "good" : high < 0 ? "bad" : "open";
  const tens = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(Math.round(value * 100))}`;
  const labels = [[from, tens(from)], ...(from < 0 && to > 0 ? [[0, "0"]] : []), [to, `${tens(to)} pp`]].map(([value, text]) => {
    const label = h("span", {}, text);
    label.style.left = `${(Number(at(value)) / 6).toFixed(1)}%`;
    return label;
  });
  return h("div", { class: "interval-box" }, s("svg", { class: `interval ${tone}`, viewBox: "0 0 600 48", role: "img", "aria-label": `${label}: ${points(mean)}, interval ${percent(low, true)} to ${percent(high, true)}` },
    s("line", { class: "axis", x1: 12, x2: 588, y1: 24, y2: 24 }),
    s("line", { class: "zero", x1: at(0), x2: at(0), y1: 6, y2: 42 }),
    s("line", { class: "range", x1: at(low), x2: at(high), y1: 24, y2: 24 }),
    s("circle", { cx: at(mean), cy: 24, r: 8 })), h("div", { class: "interval-labels", "aria-hidden": "true" }, labels));
}
