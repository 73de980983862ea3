import { h, heading, pill, address, cut, table, nothing, commands } from "./dom.js";
import { whole, percent, points, dollars, count, duration, interval } from "./figures.js";

// Two harnesses: what differs between them, and what their trials say.

// [-gone-] and {+new+} within a line become marks.
function words(text) {
  const parts = [];
  const form = /\[-([\s\S]*?)-\]|\{\+([\s\S]*?)\+\}/g;
  let at = 0;
  for (const match of text.matchAll(form)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(match[1] !== undefined ? h("del", {}, match[1]) : h("ins", {}, match[2]));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

const sign = { removed: "-", added: "+", changed: "~" };

const worth = (edit) => (edit.worth ? `, worth about ${points(edit.worth.points)} ± ${percent(edit.worth.error)} on dev tasks: an expectation, no result` : "");

function change(context, one, edits) {
  const shown = one.lines.filter((line) => line.text.trim());
  return h("section", { class: "card change" },
    h("h2", {}, cut(one.component, 160), " ", pill(one.change, { added: "good", removed: "bad" }[one.change] ?? "open"),
      (one.edits ?? []).map((edit) => [" ", h("a", { href: address(context.run, "gate", { what: edit }) }, edit)])),
    edits.filter((edit) => (one.edits ?? []).includes(edit.edit)).map((edit) => h("p", { class: "dim" },
      `${edit.edit}${edit.carried_by === "first" ? " is gone" : ""}: “${cut(edit.summary, 160)}” by ${cut(edit.author, 40)}${worth(edit)}`)),
    h("div", { class: "lines" }, shown.slice(0, 400).map((line) => h("div", { class: `line ${line.kind}` },
      h("span", { class: "sign", "aria-label": line.kind }, sign[line.kind] ?? " "),
      h("span", { class: "said" }, line.kind === "changed" ? words(line.text) : line.text)))),
    shown.length > 400 ? h("p", { class: "dim" }, `${shown.length - 400} more lines: belay diff`) : null);
}

const verdicts = { better: ["the second is better", "good"], worse: ["the second is worse", "bad"], cannot_tell: ["the data cannot tell them apart", "open"], undecided: ["undecided", "open"] };

// How a measure of behaviour is called and written; shares have no change in percent.
const shares = (value) => (value === null ? "–" : `${percent(value)}%`);
const measures = {
  turns: ["turns", (value) => (value === null ? "–" : value.toFixed(1))], limit: ["met a limit", shares], refusal: ["refusals", shares],
  cost_usd: ["cost", dollars], input_tokens: ["tokens in", count], output_tokens: ["tokens out", count], wall_ms: ["time", duration],
};
const grown = (one) => (one.first > 0 && one.second !== null && measures[one.measure]?.[1] !== shares
  ? `${one.second >= one.first ? "+" : "−"}${Math.abs((one.second / one.first - 1) * 100).toFixed(0)}%` : "");

// What came of a difference: each split with its interval, the tasks that moved, what else changed.
function outcome(context, page, a, b) {
  if (!page.scores?.length && !page.vault) return null;
  const moved = (page.scores ?? []).filter((one) => !one.tasks_withheld).flatMap((one) => one.tasks.filter((task) => task.difference).map((task) => ({ ...task, split: one.split })))
    .sort((one, two) => Math.abs(two.difference) - Math.abs(one.difference));
  // All of them on one axis: a small gain must not look like a large one.
  const all = [page.vault, ...(page.scores ?? [])].filter(Boolean).flatMap((one) => [one.low, one.high, one.mean_difference]);
  const row = (label, mean, low, high, words) => h("div", { class: "split" }, h("h3", {}, label), h("p", {}, `${points(mean)}, 95% interval [${percent(low, true)}, ${percent(high, true)}]; ${words}`), interval(mean, low, high, label, all));
  const chance = (one) => (one.p_value === null || one.p_value === undefined ? "" : `, p ${one.p_value < 0.001 ? "below 0.001" : `= ${one.p_value.toFixed(3)}`}`);
  const few = Math.max(0, ...moved.map((one) => Math.max(one.first.length, one.second.length)));
  const sure = moved.filter((one) => one.beyond_chance).length;
  return h("section", { class: "card" }, h("h2", {}, "What came of it"),
    page.vault ? row("vault, sealed tasks", page.vault.mean_difference, page.vault.low, page.vault.high, `${percent(page.vault.first)} → ${percent(page.vault.second)} over ${whole(page.vault.tasks)} tasks`) : null,
    (page.scores ?? []).map((one) => row(`${one.split} tasks`, one.mean_difference, one.low, one.high,
      `${percent(one.first)} → ${percent(one.second)}${chance(one)} over ${whole(one.better + one.worse + one.same)} tasks; better ${one.better}, worse ${one.worse}, same ${one.same}${one.chose_the_candidate ? "; these trials chose the candidate: no result" : one.split === "gate" ? "; these tasks chose it, so that the gain overstates" : ""}${one.tasks_withheld ? "; its tasks are told when the night is over" : ""}`)),
    moved.length ? h("details", {}, h("summary", {}, `${whole(moved.length)} tasks moved`),
      h("p", { class: "dim" }, `Up to ${whole(few)} ${few === 1 ? "trial" : "trials"} a side on each; ${sure ? `${whole(sure)} moved by more than chance` : "none moved by more than chance can"} (p: an exact test of each; marked: 5% for all of them together). What counts is the interval over all.`), table("Tasks that moved", [
      { title: "Task", class: "text", cell: (one) => cut(one.task, 60) }, { title: "Split", cell: (one) => one.split },
      { title: a, figure: true, cell: (one) => passes(one.first) }, { title: b, figure: true, cell: (one) => passes(one.second) },
      { title: "Points", figure: true, cell: (one) => h("span", { class: one.difference < 0 ? "lost" : "won" }, percent(one.difference, true)) },
      { title: "p", figure: true, cell: (one) => (one.p_value === null ? "–" : `${one.p_value.toFixed(3)}${one.beyond_chance ? " *" : ""}`) }], moved.slice(0, 100))) : null,
    page.behaviour?.measures?.length ? h("details", {}, h("summary", {}, `Behaviour on ${whole(page.behaviour.tasks)} tasks that both tried`), table("Behaviour", [
      { title: "Measure", cell: (one) => measures[one.measure]?.[0] ?? one.measure }, { title: a, figure: true, cell: (one) => plain(one.measure, one.first) },
      { title: b, figure: true, cell: (one) => plain(one.measure, one.second) }, { title: "Change", figure: true, cell: grown }], page.behaviour.measures),
      h("p", { class: "dim small" }, "Means of a trial.")) : null,
    page.expected_gain ? h("p", { class: "dim small" }, `Believed on dev tasks: ${points(page.expected_gain.points)} ± ${percent(page.expected_gain.error)}, prior-based: an expectation, no result.`) : null);
}

// 2/3, or the mean where credit is partial.
const passes = (scores) => (!scores?.length ? "–" : scores.every((one) => one === 0 || one === 1) ? `${scores.filter((one) => one === 1).length}/${scores.length}`
  : `${(scores.reduce((sum, one) => sum + one, 0) / scores.length).toFixed(2)} of ${scores.length}`);
const plain = (name, value) => (value === null ? "–" : measures[name]?.[1](value) ?? (Number.isInteger(value) ? whole(value) : value.toPrecision(3)));

/// Two runs of harnesses, paired by task and seed; the second is judged against the first.
export async function compare(context) {
  const { a, b } = context.values;
  const { page } = await context.get("compare", { a, b });
  const paired = page.difference;
  const [word, tone] = verdicts[page.verdict] ?? [page.verdict, "open"];
  const moved = page.items.filter((one) => one.difference).sort((one, two) => Math.abs(two.difference) - Math.abs(one.difference));
  return [
    heading(`${a} → ${b}`, `${cut(page.first.harness?.name ?? "", 60)} against ${cut(page.second.harness?.name ?? "", 60)}, paired by task and seed`),
    h("section", { class: `hero ${tone}` }, h("p", { class: "lead" }, `${word}: ${percent(page.first.score)} % → ${percent(page.second.score)} %`,
      paired ? `, ${percent(paired.mean, true)} points, 95% interval [${percent(paired.low, true)}, ${percent(paired.high, true)}]` : ""),
    paired ? interval(paired.mean, paired.low, paired.high, "difference") : null),
    page.cautions?.length ? h("section", { class: "card" }, h("h2", {}, "Cautions"), h("ul", { class: "cautions" }, page.cautions.map((one) => h("li", {}, one)))) : null,
    moved.length ? table("Tasks that moved most", [
      { title: "Task", class: "text", cell: (one) => cut(one.task, 60) },
      { title: "Before", figure: true, cell: (one) => `${whole(one.first?.passes)}/${whole(one.first?.scored)}` },
      { title: "After", figure: true, cell: (one) => `${whole(one.second?.passes)}/${whole(one.second?.scored)}` },
      { title: "Points", figure: true, cell: (one) => percent(one.difference, true) },
    ], moved.slice(0, 100)) : nothing("No task moved."),
    commands([`belay compare ${a} ${b}`]),
  ];
}

/// The screen: which two, and what sets them apart.
export async function diff(context) {
  const { values } = context;
  const { page: status } = await context.get("status", { run: context.run });
  const a = values.a ?? status.items[0].baseline;
  const b = values.b ?? status.items[0].champion;
  const { page: tree } = await context.get("tree", { run: context.run, brief: 1 });
  const known = h("datalist", { id: "known" }, tree.items.map((one) => h("option", { value: one.candidate }, `${one.champion ? "champion" : one.state} ${one.added?.join(" ") ?? ""}`)));
  const field = (label, value) => h("label", {}, h("span", { class: "dim" }, `${label} `), h("input", { type: "text", value, list: "known", size: "8", "aria-label": label, "data-key": label }));
  const before = field("Before", a);
  const after = field("After", b);
  const go = () => { location.hash = address(context.run, "diff", { a: before.querySelector("input").value.trim(), b: after.querySelector("input").value.trim() }); };
  const form = h("div", { class: "row pickers" }, before, after, known,
    h("button", { type: "button", click: go }, "Compare"),
    h("a", { class: "chip", href: address(context.run, "diff", { a: b, b: a }) }, "Turn round"));
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT") go(); });
  if (a === b) return [heading("Diff", "What sets two harnesses apart, component by component."), form, nothing(`${a} is the baseline and the champion: nothing was adopted.`, [`belay hypotheses ${context.run}`])];
  const { page } = await context.get("diff", { run: context.run, a, b });
  return [
    heading(`${a} → ${b}`, page.same ? "the same, byte for byte"
      : `${page.counts.items} ${page.counts.items === 1 ? "component" : "components"} changed; ${whole(page.size?.before)} → ${whole(page.size?.after)} tokens`),
    form,
    outcome(context, page, a, b),
    page.items.map((one) => change(context, one, page.edits ?? [])),
    commands([`belay diff ${a} ${b}`, `belay checkout ${b} DIR`]),
  ];
}
