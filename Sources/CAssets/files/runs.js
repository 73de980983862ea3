import { h, heading, pill, address, cut, table, choice, nothing, commands, pager, linked } from "./dom.js";
import { whole, percent, duration, minute, clock, dollars, whisker } from "./figures.js";

// What a lab holds: its runs of every kind, what a night decided, and where words stand in the traces.

const limit = 50;
const most = 200;
const kinds = { night: "night", eval: "evaluation", audit: "audit of the suite", import: "import" };
const endings = { done: ["done", "good"], interrupted: ["interrupted", "open"], failed: ["failed", "bad"] };
const kindOf = (one) => kinds[one.type] ?? one.type;
const nameOf = (one) => one.settings?.name ?? one.settings?.definition?.name ?? "";
const endOf = (one) => pill(...(endings[one.ending] ?? ["goes on, or was cut off", "live"]));

/// All runs, the newest first; a night leads to its overview, others to their scores.
export async function runs(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const { page } = await context.get("runs", { from: from || null, limit: most, fields: "run,type,suite,suite_digest,settings,rehearsal,started_at,wall_ms,ending,trials,finished" });
  const to = (change) => address(context.run, "runs", { ...values, from: null, ...change });
  const has = (kind) => page.items.some((one) => one.type === kind);
  // Each night is preceded by audits of its suite, among which it would be lost.
  const chosen = values.kind ?? (has("audit") && page.items.some((one) => one.type !== "audit") ? "some" : "all");
  const shown = page.items.filter((one) => chosen === "all" || (chosen === "some" ? one.type !== "audit" : one.type === chosen));
  return [
    heading("Runs", "All that this lab has recorded, the newest first: nights, evaluations of single harnesses, imports from other tools, and audits of suites."),
    new Set(page.items.map((one) => one.type)).size > 1 ? choice("Kind", chosen, [["some", "without audits"], ["all", "all"], ...["night", "eval", "import", "audit"].map((kind) => [kind, `${kind === "audit" ? "audit" : kindOf({ type: kind })}s`])]
      .filter(([kind]) => kind === "all" || (kind === "some" ? has("audit") : has(kind))), (kind) => to({ kind })) : null,
    shown.length ? table("Runs", [
      { title: "Run", cell: (one) => h("a", { href: address(one.run, one.type === "night" ? "overview" : "run") }, one.run) },
      { title: "Kind", cell: (one) => [kindOf(one), one.rehearsal ? [" ", pill("simulated", "open")] : null] },
      { title: "Name", class: "text", cell: (one) => cut(nameOf(one), 60) },
      { title: "Suite", cell: (one) => cut(one.suite, 40) },
      { title: "State", cell: endOf },
      { title: "Trials", figure: true, cell: (one) => `${whole(one.finished)} of ${whole(one.trials)}` },
      { title: "Took", figure: true, cell: (one) => duration(one.wall_ms) },
      { title: "Began", cell: (one) => minute(one.started_at) },
    ], shown) : nothing(page.items.length ? "No run of this kind among these." : "Nothing has run in this lab yet.", page.items.length ? [] : page.hints),
    pager({ ...page, counts: { items: page.counts.runs } }, from, most, (at) => to({ from: at || null }), "runs"),
  ];
}

/// One run that is no night: what was scored in it, with ways to its trials and tasks.
export async function run(context) {
  const { page } = await context.get("show", { what: context.run });
  const one = page.items[0];
  const scores = one.scores ?? [];
  const columns = scores.slice(0, 10).map((score) => `${context.run}/${score.candidate}`).join(",");
  return [
    heading(`${one.run}: ${kindOf(one)}`, [`suite ${one.suite}@${(one.suite_digest ?? "").slice(0, 12)}`, `began ${minute(one.started_at)}`].join(" · ")),
    context.asked ? h("p", { class: "caution" }, `${context.asked} is a screen of nights, and ${one.run} is none: it was a run of kind “${kindOf(one)}”.`) : null,
    scores.some((score) => score.rehearsal) ? h("p", { class: "caution" }, scores.every((score) => score.rehearsal) ? "All of it comes from simulated models." : "Some rows come from simulated models.") : null,
    h("p", { class: "links" },
      one.type === "night" ? h("a", { class: "chip", href: address(one.run, "overview") }, "Overview") : null,
      h("a", { class: "chip", href: address(one.run, "trials") }, "Trials"),
      one.type !== "night" && columns ? h("a", { class: "chip", href: address(one.run, "heatmap", { of: columns }) }, "Heat map") : null,
      h("a", { class: "chip", href: address(one.run, "leaderboard") }, "Leaderboard")),
    one.type === "night" ? h("p", { class: "dim" }, "The scores of its candidates chose them, and are told nowhere as results; the overview has what was found.")
      : scores.length ? table("Scores", [
        { title: "Harness", cell: (score) => [h("a", { href: address(one.run, "show", { what: score.candidate }) }, score.candidate), ` ${cut(score.harness?.name ?? "", 60)}`] },
        { title: "Score", figure: true, cell: (score) => (score.score ? [percent(score.score.mean), h("span", { class: "dim" }, ` [${percent(score.score.low)}, ${percent(score.score.high)}]`)] : "–") },
        { title: "", class: "drawn", cell: (score) => (score.score ? whisker(score.score.mean, score.score.low, score.score.high) : null) },
        { title: "Splits", class: "text", cell: (score) => Object.entries(score.splits ?? {}).map(([name, split]) => `${name} ${percent(split.score?.mean)}`).join(", ") },
        { title: "Scored", figure: true, cell: (score) => `${whole(score.trials?.scored)} of ${whole(score.trials?.attempted)}` },
        { title: "Cost", figure: true, cell: (score) => dollars(score.usage?.cost_usd) },
        { title: "Why not", class: "text", cell: (score) => cut((score.reasons ?? []).join("; "), 200) },
      ], scores) : nothing("Nothing was scored in it."),
    h("dl", { class: "facts card" }, [
      ["Kind", kindOf(one)], ["Name", cut(nameOf(one), 120)], ["State", endOf(one)], ["Trials", `${whole(one.finished)} of ${whole(one.trials)} finished`],
      ["Took", duration(one.wall_ms)], ["Network", one.conditions?.network], ["Sandbox", one.conditions?.provider],
    ].filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    commands([`belay show ${one.run}`, `belay log ${one.run}`]),
  ];
}

/// What a night decided, the latest first.
export async function log(context) {
  const from = Number(context.values.from ?? 0);
  const { page } = await context.get("decisions", { run: context.run, from: from || null });
  const subject = (one) => {
    const what = one.edit ?? one.candidate;
    return what ? h("a", { href: address(context.run, "gate", { what }) }, what) : "";
  };
  return [
    heading("Log", "What the night decided and was told, the latest first, with why."),
    page.items.length ? table("Decisions", [
      { title: "At", cell: (one) => h("time", { datetime: one.at, title: one.at }, `${one.at.slice(0, 10)} ${clock(one.at)}`) },
      { title: "What", cell: (one) => pill(one.decision, one.tone ?? "plain") },
      { title: "Of", cell: subject },
      { title: "Why", class: "text", cell: (one) => linked(context.run, cut(one.sentence, 400)) },
    ], page.items) : nothing("Nothing was decided yet."),
    pager(page, from, limit, (at) => address(context.run, "log", { from: at || null }), "decisions"),
  ];
}

/// Where words stand in what agents and tools wrote, over all runs of the lab.
export async function search(context) {
  const { values } = context;
  const from = Number(values.from ?? 0);
  const field = h("input", { type: "search", value: values.text ?? "", "aria-label": "Words to look for", placeholder: "words in the traces", "data-key": "words", maxlength: "200" });
  const go = () => { if (field.value.trim()) location.hash = address(context.run, "search", { text: field.value.trim(), content: values.content }); };
  const form = h("div", { class: "row", role: "search" }, field, h("button", { type: "button", click: go }, "Search"));
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  const head = heading("Search", "Looks for words in the trajectories and logs of all trials of this lab.");
  if (!values.text) return [head, form];
  // The newest trials of a night are those on sealed tasks, of which nothing is told: what can be told stands behind.
  let { page } = await context.get("search", { text: values.text, from: from || null, content: values.content, limit: most });
  for (let tries = 0; tries < 20 && !page.items.length && page.next; tries += 1) {
    ({ page } = await context.get("search", { text: values.text, from: page.next, content: values.content, limit: most }));
  }
  const to = (change) => address(context.run, "search", { ...values, from: null, ...change });
  // A trial stands once, with the places at which it has the words.
  const byTrial = new Map();
  for (const one of page.items) byTrial.set(one.trial, [...(byTrial.get(one.trial) ?? []), one]);
  return [
    head, form,
    page.items.length ? [
      h("p", { class: "links" }, h("a", { class: "chip", href: to({ content: values.content ? null : 1 }), "aria-current": values.content ? "true" : null }, values.content ? "Hide the lines that were found" : "Show the lines that were found (untrusted)")),
      table("Found", [
        { title: "Trial", cell: ([trial, places]) => h("a", { href: address(places[0].run ?? context.run, "trace", { trial, content: values.content }) }, trial) },
        { title: "Run", cell: ([, places]) => places[0].run ?? "" },
        { title: "Candidate", cell: ([, places]) => places[0].candidate ?? "" },
        { title: "Task", cell: ([, places]) => cut(places[0].task ?? "–", 48) },
        { title: "Score", figure: true, cell: ([, places]) => percent(places[0].score) },
        { title: "Where", class: "text", cell: ([, places]) => places.slice(0, 5).map((place) => h("div", {}, h("span", { class: "dim small" }, `${cut(place.path, 60)}:${place.line}`), place.text ? h("pre", { class: "foreign" }, cut(place.text, 400)) : null))
          .concat(places.length > 5 ? [h("div", { class: "dim small" }, `and ${places.length - 5} places more`)] : []) },
      ], [...byTrial]),
    ] : nothing(from ? "Nothing more was found." : "Nothing was found."),
    h("div", { class: "pager" },
      from ? h("a", { class: "chip", href: to({}), rel: "prev" }, "From the beginning") : null,
      page.items.length ? h("span", { class: "dim" }, `${whole(page.items.length)} ${page.items.length === 1 ? "place" : "places"} in ${whole(byTrial.size)} ${byTrial.size === 1 ? "trial" : "trials"}${page.next ? ", and more" : ""}`) : null,
      page.next ? h("a", { class: "chip", href: to({ from: Number(page.next) }), rel: "next" }, "More") : null),
    h("p", { class: "dim small" }, "Trials on sealed tasks, and on gate tasks of a night that goes on, are not searched."),
  ];
}
