import { h, heading, address, commands, linked } from "./dom.js";
import { interval } from "./figures.js";
import { isLive, hasTrials } from "./source.js";

// The morning page, from the same blocks from which its text, Markdown and HTML are written.

/// A piece of a section.
export function block(one, run) {
  switch (one.kind) {
    case "paragraph": return h("p", {}, linked(run, one.text));
    case "list": return one.items.length === 1 ? h("p", {}, linked(run, one.items[0])) : h("ul", {}, one.items.map((text) => h("li", {}, linked(run, text))));
    case "steps": return [
      one.counts.length ? h("ol", { class: "steps" }, one.counts.map(({ count, word }) => h("li", {}, h("b", {}, count), ` ${word}`))) : null,
      one.after ? h("p", { class: "dim" }, one.after) : null,
    ];
    case "tally": return h("ul", { class: "tally" },
      one.counts.map(({ count, word }) => h("li", {}, `${word} `, h("b", {}, count))),
      one.more ? h("li", {}, `and ${one.more} more kinds`) : null);
    case "table": return [
      h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Table" }, h("table", { class: "stack" },
        h("thead", {}, h("tr", {}, one.columns.map((column) => h("th", { scope: "col", class: column.figure ? "figure" : null }, column.title)))),
        h("tbody", {}, one.rows.map((row) => h("tr", {}, row.map((cell, at) => h("td", { class: one.columns[at]?.figure ? "figure" : null, "data-label": one.columns[at]?.title || null }, linked(run, cell)))))))),
      one.note ? h("p", { class: "dim small" }, one.note) : null,
    ];
    case "interval": return interval(one.mean, one.low, one.high, one.label);
    case "commands": return commands(one.lines);
    default: return null;
  }
}

const title = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/// A section with its word beside it.
export const section = (one, run) => h("section", { class: `part ${one.tone}` },
  h("h2", {}, title(one.label)), h("div", {}, one.blocks.map((piece) => block(piece, run))));

/// The screen of the whole page.
export async function report(context) {
  const { page } = await context.get("document", { run: context.run });
  const document = page.items[0];
  const files = h("p", { class: "files" }, ["html", "md", "txt"].map((kind) =>
    h("a", { class: "chip", href: isLive ? `api/report.${kind}?run=${encodeURIComponent(page.run)}` : `report.${kind}`, download: `belay-${page.run}.${kind}` }, `Save as ${kind === "txt" ? "text" : kind === "md" ? "Markdown" : "HTML"}`)));
  return [
    heading(document.title, document.parts.join(" · ")), files,
    h("p", { class: "links" }, [["diff", "Diff"], ["hypotheses", "Hypotheses"], ["gates", "Gates"], ["lineage", "Lineage"], ["plots", "Figures"], ["log", "Log"], ...(hasTrials ? [["trials", "Trials"]] : [])]
      .map(([name, word]) => h("a", { class: "chip", href: address(page.run, name) }, word))),
    h("div", { class: "paper" }, document.sections.map((one) => section(one, page.run))),
  ];
}
