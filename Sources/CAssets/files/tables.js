import { h, heading, pill, address, cut, table, choice, pager, nothing, commands, linked } from "./dom.js";
import { whole, percent, points, dollars, count, duration, whisker } from "./figures.js";
import { isLive, hasTrials } from "./source.js";

const wordTone = { pass: "good", fail: "bad", undecided: "open" };
const statusTone = { supported: "good", bundled: "open", refuted: "bad", dropped: "open", blocked: "bad", open: "open" };
const limit = 50;

/// Harnesses side by side; only comparable rows have a place.
export async function leaderboard(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const { page } = await context.get("leaderboard", { suite: values.suite, split: values.split, all: values.all, from: from || null });
  const to = (change) => address(context.run, "leaderboard", { ...values, from: null, ...change });
  const rows = page.items;
  // A board for each suite; what is compared side by side are evaluations alone.
  const bySuite = new Map();
  for (const one of rows) {
    const suite = `${one.suite}@${(one.suite_digest ?? "").slice(0, 12)}`;
    bySuite.set(suite, [...(bySuite.get(suite) ?? []), one]);
  }
  const boards = [...bySuite];
  const splits = [...new Set(rows.map((one) => one.split).filter(Boolean))];
  const simulated = rows.filter((one) => one.rehearsal).length;
  const perTask = (one) => (one.trials_per_task ? `${[...new Set(one.trials_per_task)].map(whole).join(" to ")} each` : null);
  const word = (one) => `${one.run}/${one.candidate}`;
  const links = (suite, all) => {
    const evaluated = all.filter((one) => !one.fresh_trials_of_a_night);
    if (!isLive || !evaluated.length) return null;
    return h("p", { class: "links" },
      h("a", { class: "chip", href: address(context.run, "heatmap", { of: evaluated.slice(0, 10).map(word).join(","), split: evaluated[0].split }) }, boards.length > 1 ? `Heat map of ${suite}` : "Heat map of these"),
      evaluated.length > 1 ? h("a", { class: "chip", href: address(context.run, "compare", { a: word(evaluated[1]), b: word(evaluated[0]) }) }, evaluated.length === all.length ? "Compare the first two" : "Compare the first two evaluations") : null);
  };
  return [
    heading("Leaderboard", "Score in % with its 95% interval over tasks. Rows are comparable when suite, conditions and trials agree; = marks places that the paired test cannot tell apart; † has fresh trials of a night, which chose nothing; ‡ a night chose it by these tasks: it may overstate, and has no place."),
    (page.cautions ?? []).map((one) => h("p", { class: "caution" }, cut(one, 200))),
    h("div", { class: "choices" },
      choice("Split", values.split ?? "", [["", `Most rows${!values.split && splits.length ? ` (${splits.join(", ")})` : ""}`], ["dev", "dev"], ["gate", "gate"], ["vault", "vault"]], (value) => to({ split: value })),
      choice("Rows", values.all ?? "", [["", "Comparable"], ["1", "All"]], (value) => to({ all: value }))),
    !rows.length ? nothing("Nothing to rank yet: a leaderboard has runs of belay eval, and baselines and champions of nights that are over.", page.hints) : [
      simulated ? h("p", { class: "caution" }, simulated === rows.length ? "All rows come from simulated models: nothing about a real one." : "Rows marked simulated say nothing about a real model.") : null,
      boards.map(([suite, all]) => [h("h2", {}, `Suite ${suite}`), table(boards.length > 1 ? `Leaderboard of ${suite}` : "Leaderboard", [
        { title: "#", figure: true, cell: (one) => (one.rank ? `${one.rank}${one.tied ? "=" : ""}` : "–") },
        { title: "Harness", class: "roomy", cell: (one) => h("span", {}, isLive ? h("a", { href: address(context.run, "show", { what: one.candidate }) }, one.candidate) : one.candidate, ` ${cut(one.harness?.name ?? "", 60)}${one.fresh_trials_of_a_night ? " †" : ""}${one.chosen_on_these_tasks ? " ‡" : ""}`,
          one.rehearsal && simulated < rows.length ? pill("simulated", "open") : null,
          one.comparable ? null : h("div", { class: "dim small" }, `not comparable: ${cut(one.differs_in.join("; "), 160)}`),
          one.verdict === "undecided" ? h("div", { class: "dim small" }, `undecided: ${cut(one.reasons.join("; "), 160)}`) : null) },
        { title: "Score", figure: true, cell: (one) => (one.score ? h("span", { class: "score" }, percent(one.score.mean), h("span", { class: "dim" }, ` [${percent(one.score.low)}, ${percent(one.score.high)}]`)) : "–") },
        { title: "", class: "drawn", cell: (one) => (one.score ? whisker(one.score.mean, one.score.low, one.score.high) : "") },
        { title: "Tasks", class: "roomy", cell: (one) => [one.split, one.tasks_scored === undefined ? null : `${whole(one.tasks_scored)} of ${whole(one.tasks)}`, perTask(one)].filter(Boolean).join(", ") },
        { title: "Scored", figure: true, cell: (one) => `${whole(one.trials?.scored ?? null)}/${whole(one.trials?.attempted ?? null)}` },
        { title: "Model", cell: (one) => cut((one.models ?? []).join(", "), 60) },
        { title: "$/trial", figure: true, cell: (one) => dollars(one.cost_usd_per_attempt) },
        { title: "tok/trial", figure: true, cell: (one) => count(one.tokens_per_attempt) },
        { title: "time/trial", figure: true, cell: (one) => duration(one.wall_ms_per_attempt) },
        { title: "Run", class: "roomy", cell: (one) => h("span", {}, isLive ? h("a", { href: address(one.run, "overview") }, one.run) : one.run, h("span", { class: "dim" }, ` ${(one.started_at ?? "").slice(0, 10)}`)) },
        { title: "Verified", cell: (one) => (one.verified ? pill(one.verified.confirmed === one.verified.times ? "yes" : `${one.verified.confirmed} of ${one.verified.times}`, one.verified.confirmed ? "good" : "bad") : "") },
      ], all), links(suite, all)])],
    pager(page, from, limit, (at) => to({ from: at || null }), "rows"),
    page.counts.not_comparable ? h("p", { class: "dim small" }, `${whole(page.counts.not_comparable)} ${page.counts.not_comparable === 1 ? "row is" : "rows are"} not comparable with these.`) : null,
    h("p", { class: "dim small" }, `The ${boards.length > 1 ? "vaults of these suites were" : "vault of this suite was"} ${page.counts.vault_openings ? "" : "not "}opened${page.counts.vault_openings > 1 ? ` ${whole(page.counts.vault_openings)} times` : page.counts.vault_openings === 1 ? " once" : " yet"}.`),
  ];
}

const shade = (score) => (score === null || score === undefined ? "none" : `s${Math.min(10, Math.max(0, Math.round(score * 10)))}`);

/// Where scores come from: task by generation of a night, or task by harness for runs of single harnesses.
export async function heatmap(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const isNight = !values.of;
  const { page } = await context.get("matrix", { run: isNight ? context.run : null, of: values.of, split: values.split, changed: values.changed, sort: values.sort, from: from || null, limit: 200 });
  const to = (change) => address(context.run, "heatmap", { ...values, from: null, ...change });
  const columns = page.columns ?? page.items[0]?.cells ?? [];
  const cells = page.items[0]?.cells ?? [];
  const split = values.split ?? page.split ?? "";
  const orders = !isNight ? ["hard", "flaky", "spread"] : columns.length > 1 ? ["delta", "hard", "flaky"] : ["hard", "flaky"];
  const head = (one, at) => h("th", { scope: "col" }, h("a", { href: address(context.run, isNight ? "gate" : "show", { what: one.candidate }) }, isNight ? one.generation : one.candidate),
    h("div", { class: "dim small" }, isNight ? (one.generation === one.candidate ? "" : one.candidate) : cut(one.harness ?? "", 14), one.chose_the_candidate ? " *" : ""),
    isNight && page.means ? h("div", { class: "dim small" }, percent(page.means[at])) : null);
  const isPaired = isNight && columns.length > 1;
  const flaky = page.items.filter((row) => row.flaky).length;
  // Where most tasks go either way, the word on each of them tells nothing; their number does.
  const marksFlaky = flaky > 0 && flaky * 2 <= page.items.length;
  const tone = (delta) => (delta < -1e-9 ? "lost" : delta > 1e-9 ? "won" : "dim");
  const shares = (cell) => {
    const scored = cell.scored ?? cell.trials?.scored;
    return Number.isInteger(cell.passes) && scored > 0 && Math.abs(cell.score - cell.passes / scored) < 1e-9 ? `${cell.passes}/${scored}` : String(Math.round(cell.score * 100));
  };
  const tried = (cell) => (cell.trials?.attempted ?? cell.trials?.length ?? 0) > 0;
  const cellOf = (row, cell) => h("td", {}, tried(cell)
    ? h(isLive ? "a" : "span", { class: `cell ${shade(cell.score)}`, href: isLive ? address(context.run, "trials", { run: cell.run ?? context.run, candidate: cell.candidate, task: row.digest }) : null, title: cell.marks, "aria-label": `${row.task}, ${cell.candidate}: ${cell.score === null ? "not scored" : `${percent(cell.score)} %`}` },
      h("span", { "aria-hidden": "true" }, cell.score === null ? "?" : shares(cell)))
    : h("span", { class: "cell none", title: "not run" }, "–"));
  return [
    heading("Heat map", isNight ? "Task by generation, from fresh trials: gate tasks once the night is over, dev tasks before. Sealed tasks are never told one by one." : "Task by harness: where the scores come from."),
    h("div", { class: "choices" },
      choice("Split", split, [...(isNight ? [] : [["", "all"]]), ["gate", "gate"], ["dev", "dev"]], (value) => to({ split: value })),
      choice("Order", values.sort ?? "", [["", "name"], ...orders.map((one) => [one, one === "delta" ? "change" : one])], (value) => to({ sort: value })),
      choice("Tasks", values.changed ?? "", [["", "all"], ["1", "that differ"]], (value) => to({ changed: value }))),
    isNight && page.split === "gate" ? h("p", { class: "caution" }, "These tasks chose who was adopted, so that their gains overstate; the report has the word of the sealed ones.") : null,
    !page.items.length ? nothing(values.changed ? "No task differs between the columns." : "No trial of these on these tasks yet.") : h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Heat map" },
      h("table", { class: "heat" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Task"), (isNight ? columns : cells).map(head), isPaired ? h("th", { scope: "col", class: "figure" }, "Change") : null, marksFlaky ? h("th", { scope: "col" }, "") : null)),
        h("tbody", {}, page.items.map((row) => h("tr", { "data-row": true },
          h("th", { scope: "row", title: row.task }, cut(row.task, 48)), row.cells.map((cell) => cellOf(row, cell)),
          isPaired ? h("td", { class: "figure" }, row.delta === null ? "" : h("span", { class: tone(row.delta) }, percent(row.delta, true))) : null,
          marksFlaky ? h("td", { class: "dim small" }, row.flaky ? "flaky" : "") : null))))),
    h("p", { class: "legend dim small" }, "Passes of trials, or the mean score in % where credit is partial; – not run, ? not scored.",
      page.items.length ? ` ${whole(flaky)} of ${whole(page.items.length)} tasks ${flaky === 1 ? "is" : "are"} flaky: passes and failures in one column.` : "",
      isPaired ? " Change: from the first column to the last, in points; by few trials a task, much of it is chance." : "", columns.some((one) => one.chose_the_candidate) ? " * trials that chose or refused it: no mean is told." : ""),
    pager({ ...page, counts: { items: page.counts.tasks } }, from, 200, (at) => to({ from: at || null }), "tasks"),
  ];
}

/// What was proposed and believed, what became of it, and how well proposers foretell.
export async function hypotheses(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const { page } = await context.get("hypotheses", { run: context.run, status: values.status, from: from || null });
  const to = (change) => address(context.run, "hypotheses", { ...values, from: null, ...change });
  const seen = (edit) => {
    const odds = edit.foretold.map((one) => one.probability).filter((one) => one !== null);
    return odds.length ? `${odds.filter((one) => one >= 0.8).length} of ${odds.length}` : "";
  };
  return [
    heading("Hypotheses", "The champion carries what is supported or bundled: supported is better by itself, by a race of its own or its own interval; bundled was adopted with others, and alone it is untested. Refuted has its own interval below 0; dropped was given up, which proves nothing; blocked is what a gate or a person kept out."),
    choice("Status", values.status ?? "", [["", `all ${whole(page.counts.hypotheses)}`], ...["standing", "supported", "bundled", "refuted", "dropped", "blocked", "open"].map((one) => [one, `${one} ${whole(page.counts[one])}`])], (value) => to({ status: value })),
    page.items.length ? table("Hypotheses", [
      { title: "Edit", cell: (one) => [h("a", { href: address(context.run, "gate", { what: one.edit }) }, one.edit), h("div", {}, pill(one.status, statusTone[one.status]))] },
      { title: "Hypothesis", class: "text", cell: (one) => [cut(one.summary, 120), h("div", { class: "dim small" }, cut(one.components.join(" + "), 100))] },
      { title: "By", cell: (one) => cut(one.author, 24) },
      { title: "State", cell: (one) => one.words },
      { title: "Trials", figure: true, cell: (one) => whole(one.trials) },
      { title: "Worth", figure: true, about: "points on dev tasks, as the pooled model believes", cell: (one) => (one.worth ? h("span", {}, points(one.worth.points), h("span", { class: "dim" }, ` ± ${percent(one.worth.error)}`)) : "–") },
      { title: "Seen", figure: true, about: "of the tasks that were foretold as fixed or at risk", cell: seen },
    ], page.items) : nothing(values.status ? `No hypothesis is ${values.status}.` : "No hypothesis has come in yet."),
    pager({ ...page, counts: { items: page.counts.items } }, from, limit, (at) => to({ from: at || null }), "hypotheses"),
    h("p", { class: "dim small" }, "Worth is that of an edit by itself, ± one standard error, pulled towards 0 by a prior and chosen from many: an expectation, no result."),
    page.calibration?.length ? h("section", { class: "card" }, h("h2", {}, "How well proposers foretell"),
      table("Calibration", [
        { title: "Proposer", cell: (one) => cut(one.author, 30) },
        { title: "Edits", figure: true, cell: (one) => whole(one.edits) },
        { title: "Blocked", figure: true, cell: (one) => whole(one.blocked) },
        { title: "Adopted", figure: true, cell: (one) => whole(one.adopted) },
        { title: "Checked", figure: true, cell: (one) => `${whole(one.checked)} of ${whole(one.foretold)}` },
        { title: "Seen", figure: true, cell: (one) => whole(one.seen) },
        { title: "Not so", figure: true, cell: (one) => whole(one.missed) },
        { title: "Undecided", figure: true, cell: (one) => whole(one.undecided) },
        { title: "Brier", figure: true, about: "0 all seen, 0.25 a coin, 1 all wrong", cell: (one) => (one.brier === null ? "–" : one.brier.toFixed(2)) },
        { title: "Gain foretold", figure: true, cell: (one) => points(one.gain_foretold) },
        { title: "Believed", figure: true, cell: (one) => points(one.gain_seen) },
      ], page.calibration),
      h("p", { class: "dim small" }, "Brier: 0 when all was seen, 0.25 a coin, 1 all wrong.")) : null,
  ];
}

/// What the gates said no to, and what they left open.
export async function gates(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const { page } = await context.get("gates", { run: context.run, gate: values.gate, word: values.word, from: from || null });
  const to = (change) => address(context.run, "gates", { ...values, from: null, ...change });
  const byGate = Object.entries(page.counts).filter(([name]) => name !== "items").sort(([, a], [, b]) => b - a);
  return [
    heading("Gates", "Every verdict has its figures. What is not let through is kept with the reason why."),
    h("div", { class: "choices" },
      choice("Says", values.word ?? "", [["", "no, or open"], ["fail", "fail"], ["undecided", "undecided"], ["pass", "pass"]], (value) => to({ word: value })),
      values.gate ? h("a", { class: "chip", href: to({ gate: null }), "aria-current": "true" }, `${values.gate} ×`)
        : h("div", { class: "choice" }, byGate.slice(0, 14).map(([name, many]) => h("a", { class: "chip", href: to({ gate: name }) }, `${name} `, h("b", {}, many))))),
    page.items.length ? table("Verdicts", [
      { title: "What", cell: (one) => h("a", { href: address(context.run, "gate", { what: one.subject }) }, one.subject) },
      { title: "Gate", cell: (one) => one.gate },
      { title: "Says", cell: (one) => pill(one.word, wordTone[one.word]) },
      { title: "Because", class: "text", cell: (one) => cut(one.sentence, 240) },
    ], page.items) : nothing("No gate has said anything of this kind."),
    pager(page, from, limit, (at) => to({ from: at || null }), "verdicts"),
  ];
}

/// Why one edit or candidate went as it did.
export async function gate(context) {
  const { values } = context;
  const { page } = await context.get("gate", { run: context.run, what: values.what, content: values.content });
  const isEdit = /^e\d+$/.test(values.what ?? "");
  const quiet = page.items.filter((one) => one.word === "pass" && one.gate !== "race" && !one.quotes_found);
  const telling = page.items.filter((one) => !quiet.includes(one));
  const figure = (value) => (Number.isInteger(value) ? whole(value) : Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(1));
  return [
    heading(`${values.what}: why it went as it did`, null),
    h("p", { class: "links" },
      isEdit ? null : h("a", { class: "chip", href: address(context.run, "lineage", { at: values.what }) }, "In the lineage"),
      isEdit || !hasTrials ? null : h("a", { class: "chip", href: address(context.run, "trials", { candidate: values.what }) }, "Trials"),
      h("a", { class: "chip", href: address(context.run, "gates") }, "All gates")),
    h("dl", { class: "facts card" }, page.story.map(([name, text]) => [h("dt", {}, name), h("dd", {}, linked(context.run, text))])),
    telling.map((one) => h("section", { class: `card verdict ${wordTone[one.word] ?? ""}` },
      h("h2", {}, `${one.gate} `, pill(one.word, wordTone[one.word])), h("p", {}, one.sentence),
      one.words || Object.keys(one.figures).length ? h("p", { class: "dim small" }, one.words ?? Object.entries(one.figures).sort().map(([name, value]) => `${name} ${value === null ? "–" : figure(value)}`).join(" · ")) : null,
      one.quotes?.length ? one.quotes.slice(0, 20).map((quote) => h("pre", { class: "foreign" }, cut(quote, 2000))) : null,
      one.quotes_found && !one.quotes ? h("p", { class: "dim small" }, `found at ${one.quotes_found} ${one.quotes_found === 1 ? "place" : "places"}`) : null)),
    quiet.length ? h("section", { class: "card" }, h("h2", {}, "Passed"), h("dl", { class: "facts" }, quiet.map((one) => [h("dt", {}, one.gate),
      h("dd", {}, one.sentence, one.words ? h("div", { class: "dim small" }, one.words) : null)]))) : null,
    page.items.length ? null : nothing("No gate has said anything of it yet."),
    isLive && page.items.some((one) => one.quotes_found) ? h("p", {}, h("a", { class: "chip", href: address(context.run, "gate", { ...values, content: values.content ? null : 1 }) },
      values.content ? "Hide the quoted text" : "Quote the places that were found (written by a proposer)")) : null,
    page.hints.length ? commands(page.hints) : null,
  ];
}
