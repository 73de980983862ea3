import { h, heading, address, choice, nothing, table, cut } from "./dom.js";
import { whole } from "./figures.js";

// Figures that the server draws: the same as belay plot --svg.

const kinds = [["score", "score"], ["gap", "gap"], ["cost", "cost"], ["pareto", "score and cost"], ["effects", "worth of edits"]];
const spans = [["", "usual"], ["trials", "trials"], ["usd", "money"], ["time", "time"], ["generation", "generation"]];

const source = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/// A drawing as a picture, with one of its own for a phone: what is in it cannot run, load or mark anything up.
export const picture = (svg, narrow, label) => h("div", { class: "wide figure-frame" }, h("picture", {},
  narrow ? h("source", { media: "(max-width: 40rem)", srcset: source(narrow) }) : null,
  h("img", { class: "drawing", src: source(svg), alt: label })));

const number = (value) => (value === null || value === undefined ? "–" : typeof value === "number" ? (Number.isInteger(value) ? whole(value) : value.toPrecision(4)) : cut(String(value), 60));

/// The screen: one figure, what it rests on, and its values.
export async function plots(context) {
  const { values } = context;
  const what = values.what ?? "score";
  const { page } = await context.get("figure", { run: context.run, what, x: values.x });
  const to = (change) => address(context.run, "plots", { ...values, ...change });
  const hasSpan = what !== "pareto" && what !== "effects";
  // Money over money is a straight line.
  const over = spans.filter(([name]) => what !== "cost" || name !== "usd");
  const keys = [...new Set(page.items.flatMap((one) => Object.keys(one)))].filter((key) => page.items.some((one) => one[key] !== null && typeof one[key] !== "object"));
  return [
    heading(page.title ?? "Figures", page.about?.join(" ")),
    h("div", { class: "choices" }, choice("Figure", what, kinds, (value) => to({ what: value, x: null })),
      hasSpan ? choice("Over", values.x ?? "", over, (value) => to({ x: value })) : null),
    page.svg ? picture(page.svg, page.svg_narrow, `${page.title}. The values stand in the table below.`) : nothing("Nothing to draw yet.", page.hints.slice(0, 1)),
    page.items.length ? h("details", {}, h("summary", {}, page.counts.items === 1 ? "1 value" : `${whole(page.counts.items)} values`),
      table("Values", keys.map((key) => ({ title: key, figure: page.items.some((one) => typeof one[key] === "number"), cell: (one) => number(one[key] ?? null) })), page.items.slice(0, 500))) : null,
  ];
}
