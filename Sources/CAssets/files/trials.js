import { h, heading, pill, address, cut, table, choice, nothing, commands } from "./dom.js";
import { isLive } from "./source.js";
import { whole, percent, dollars, count, duration, minute } from "./figures.js";

const word = (one) => [one.withheld ? null : one.score === 1 ? "pass" : one.score === 0 ? "fail" : one.score === null ? "not scored" : "partial", one.outcome === "completed" ? null : one.outcome?.replaceAll("_", " ")].filter(Boolean).join(", ") || "ended";
const hidden = (split) => (split === "gate" ? "a gate task" : split === "vault" ? "a sealed task" : "a task");
const tone = (one) => (one.withheld ? "plain" : one.score === 1 ? "good" : one.score === 0 ? "bad" : "open");

/// Trials that fit, page by page.
export async function trials(context) {
  const { values } = context;
  const run = values.run ?? context.run;
  const { page } = await context.get("trials", { run, candidate: values.candidate, task: values.task, split: values.split, outcome: values.outcome, after: values.after });
  const to = (change) => address(context.run, "trials", { ...values, after: null, ...change });
  const chosen = ["candidate", "task", "outcome", "split"].filter((name) => values[name]);
  return [
    heading("Trials", `of ${run}, in the order in which they were dispatched`),
    h("div", { class: "choices" },
      choice("Split", values.split ?? "", [["", "all"], ["dev", "dev"], ["gate", "gate"]], (value) => to({ split: value })),
      chosen.filter((name) => name !== "split").map((name) => h("a", { class: "chip", href: to({ [name]: null }), "aria-current": "true" }, `${name} ${cut(name === "task" ? page.items[0]?.task ?? values[name] : values[name], 30)} ×`))),
    page.items.length ? table("Trials", [
      { title: "Trial", cell: (one) => h("a", { href: address(context.run, "trace", { trial: one.trial }) }, one.trial) },
      { title: "Ended", cell: (one) => (one.finished ? pill(word(one), tone(one)) : pill(one.outcome ? "trying again" : "running", "live")) },
      { title: "Score", figure: true, cell: (one) => one.withheld ? h("span", { class: "dim" }, "withheld") : percent(one.score) },
      { title: "Candidate", cell: (one) => h("a", { href: to({ candidate: one.candidate }) }, one.candidate) },
      { title: "Task", class: "text", cell: (one) => one.withheld ? h("span", { class: "dim" }, hidden(one.split)) : h("a", { href: to({ task: one.task_digest }), title: one.task }, cut(one.task, 44)) },
      { title: "Split", cell: (one) => one.split ?? "" },
      { title: "Tries", figure: true, cell: (one) => whole(one.attempts) },
      { title: "Took", figure: true, cell: (one) => duration(one.wall_ms) },
      { title: "At", cell: (one) => minute(one.dispatched_at) },
    ], page.items) : nothing("No trial fits."),
    h("div", { class: "pager" },
      values.after ? h("a", { class: "chip", href: to({ after: null }) }, "From the beginning") : null,
      h("span", { class: "dim" }, `${whole(page.items.length)} of ${whole(page.counts.items)} trials`),
      page.next ? h("a", { class: "chip", rel: "next", href: to({ after: page.next }) }, "More") : null),
  ];
}

const foreign = (label, text) => (text ? [h("div", { class: "dim small" }, label), h("pre", { class: "foreign" }, text)] : null);

// What a tool was called with: texts as they are, so that a command can be read line by line.
function asked(call) {
  const name = cut(call.tool, 60);
  const parts = Object.entries(call.arguments ?? {});
  if (call.arguments === null || typeof call.arguments !== "object" || Array.isArray(call.arguments) || !parts.length) return foreign(`calls ${name}`, JSON.stringify(call.arguments, null, 2));
  return parts.map(([key, value]) => foreign(`calls ${name}, ${cut(key, 40)}`, typeof value === "string" ? value : JSON.stringify(value, null, 2)));
}

function said(step) {
  return h("div", { class: "said" },
    foreign("thought", step.reasoning), foreign("text", step.message),
    (step.calls ?? []).map((call) => asked(call)),
    (step.results ?? []).map((text) => foreign("result", text)));
}

// Where a trial and another of its task go different ways.
function parting(context, other, to) {
  const step = (at) => h("a", { href: `${location.hash}`, click: (event) => {
    event.preventDefault();
    const row = document.querySelectorAll("main [data-row]")[at - 1];
    row?.scrollIntoView({ block: "center" });
    row?.setAttribute("tabindex", "-1");
    row?.focus({ preventScroll: true });
  } }, `step ${at}`);
  return h("section", { class: "card" }, h("h2", {}, "Against ", h("a", { href: to({ trial: other.trial, attempt: null, against: null }) }, other.trial), ` of ${other.candidate}`),
    h("p", { class: "dim" }, `${other.why}; score ${percent(other.score)} %, ${whole(other.steps)} steps`),
    other.first_prompt_step ? h("p", {}, "They are told different things from ", step(other.first_prompt_step), " on.") : null,
    other.first_answer_step ? h("p", {}, "A tool first answers them differently at ", step(other.first_answer_step), ".") : null,
    other.first_action_step ? [
      h("p", {}, "They first do different things at ", step(other.first_action_step), ":"),
      h("dl", { class: "facts" }, h("dt", {}, "here"), h("dd", {}, other.here ?? "it had ended"), h("dt", {}, "there"), h("dd", {}, other.there ?? "it had ended")),
    ] : h("p", {}, "They never do different things."));
}

/// One trial, step by step; what the agent wrote only when it is asked for, and then as plain text.
export async function trace(context) {
  const { values } = context;
  const asked = { trial: values.trial, attempt: values.attempt, content: values.content };
  let missed = null;
  const { page } = await context.get("trace", { ...asked, against: values.against }).catch((error) => {
    // A trial without a counterpart is shown alone.
    if (!values.against || error.status === 0) throw error;
    missed = error;
    return context.get("trace", asked);
  });
  const trial = page.trial ?? {};
  const attempt = page.attempt ?? null;
  const usage = attempt?.usage ?? {};
  const to = (change) => address(context.run, "trace", { ...values, ...change });
  const start = page.items.find((one) => one.at)?.at ?? attempt?.started_at;
  const since = (at) => (at && start ? duration(Math.max(0, Date.parse(at) - Date.parse(start))) : "–");
  const facts = [
    ["Candidate", trial.candidate ? h("a", { href: address(context.run, "gate", { what: trial.candidate }) }, trial.candidate) : null],
    ["Task", trial.task ? h("a", { href: address(context.run, "trials", { run: trial.run, task: trial.task_digest }) }, cut(trial.task, 120)) : trial.withheld ? hidden(trial.split) : null],
    ["Split", trial.split], ["Run", trial.run],
    ["Ended", attempt ? `${attempt.outcome}${attempt.limit ? ` (${attempt.limit})` : ""}${attempt.exit_code !== null && attempt.exit_code !== undefined ? `, exit ${attempt.exit_code}` : ""}` : "not yet"],
    ["Because", attempt?.detail], ["Score", attempt ? trial.withheld ? "withheld" : `${percent(attempt.score)} %` : null],
    ["Took", duration(usage.wall_ms)], ["Cost", dollars(usage.cost_usd)],
    ["Tokens", `${count(usage.input_tokens)} in (${count(usage.cached_tokens)} cached), ${count(usage.output_tokens)} out`],
    ["Flags", attempt?.flags?.length ? attempt.flags.join(", ") : null], ["Attempt", attempt ? `${attempt.attempt} of ${page.counts.attempts}` : null],
  ];
  return [
    heading(`Trial ${values.trial ?? ""}`, null),
    page.rehearsal ? h("p", { class: "caution" }, "Simulated models answered: nothing of a real one.") : null,
    h("dl", { class: "facts card" }, facts.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    page.withheld_because ? h("p", { class: "caution" }, `${page.withheld_because[0].toUpperCase()}${page.withheld_because.slice(1)}.`) : h("p", { class: "links" },
      h("a", { class: "chip", href: to({ content: values.content ? null : 1 }), "aria-current": values.content ? "true" : null }, values.content ? "Hide what the agent wrote" : "Show what the agent wrote (untrusted)"),
      isLive ? [["parent", "Where it parts from its parent's"], ["sibling", "from another of its own"]].map(([word, text]) =>
        h("a", { class: "chip", href: to({ against: values.against === word ? null : word }), "aria-current": values.against === word ? "true" : null }, text)) : null,
      (page.siblings ?? []).slice(0, 8).map((one) => h("a", { class: "chip", href: to({ trial: one, attempt: null, against: null }) }, `Also ${one}`))),
    missed ? h("p", { class: "caution" }, missed.message) : null,
    page.against ? parting(context, page.against, to) : null,
    values.content ? h("p", { class: "caution" }, "What follows was written by an agent and its tools: it is data, never instructions.") : null,
    page.trajectory_fault ? h("p", { class: "caution" }, page.trajectory_fault) : null,
    page.items.length ? (values.content
      ? h("ol", { class: "story" }, page.items.map((one) => h("li", { "data-row": true },
        h("div", { class: "story-head" }, h("b", {}, `${one.step} ${one.source}`), h("span", { class: "dim small" }, ` +${since(one.at)}${one.part ? ` · ${one.part}` : ""}`)), said(one))))
      : table("Steps", [
        { title: "#", figure: true, cell: (one) => whole(one.step) },
        { title: "+t", figure: true, cell: (one) => since(one.at) },
        { title: "Who", cell: (one) => one.source },
        { title: "What", class: "text", cell: (one) => one.summary },
        { title: "tok in/cache/out", figure: true, cell: (one) => ([one.input_tokens, one.cached_tokens, one.output_tokens].every((value) => value === null) ? "–" : [one.input_tokens, one.cached_tokens, one.output_tokens].map(count).join("/")) },
        { title: "Part", cell: (one) => one.part ?? "" },
      ], page.items)) : nothing("No step was recorded."),
    page.truncated ? h("p", { class: "dim" }, `the last ${page.items.length} of ${page.counts.steps} steps`) : null,
    (page.logs ?? []).map((log) => h("section", { class: "card" }, h("h2", {}, cut(log.path, 120)), log.text ? h("pre", { class: "foreign" }, log.text) : h("p", { class: "dim" }, "withheld"))),
    commands([`belay trace ${values.trial}`]),
  ];
}

const short = (text) => (/^[0-9a-f]{40,}$/.test(text) ? text.slice(0, 12) : cut(text, 600));

// The values within a record, each with the way to it.
function leaves(value, name = "") {
  if (value === null) return [];
  if (typeof value !== "object") return [[name, typeof value === "number" ? (Number.isInteger(value) ? whole(value) : String(value)) : short(String(value))]];
  const entries = Object.entries(value);
  if (Array.isArray(value) && value.every((one) => one === null || typeof one !== "object")) return value.length ? [[name, cut(value.map((one) => short(String(one))).join(", "), 600)]] : [];
  return entries.flatMap(([key, one]) => leaves(one, [name, key.replaceAll("_", " ")].filter(Boolean).join(" › ")));
}

/// What is known of a thing, as the terminal's show has it.
export async function show(context) {
  const { page } = await context.get("show", { what: context.values.what });
  const { kind, files, runs, candidate, ...record } = page.items[0] ?? {};
  const facts = leaves(record);
  return [
    heading(`${context.values.what}`, [kind, record.name].filter(Boolean).join(" ") || null),
    candidate || runs?.length ? h("p", { class: "links" },
      (runs ?? []).slice(0, 10).map((run) => h("a", { class: "chip", href: address(run, "overview") }, run)),
      candidate ? h("a", { class: "chip", href: address(context.run, "leaderboard") }, "Leaderboard") : null) : null,
    h("dl", { class: "facts card" }, facts.slice(0, 200).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    facts.length > 200 ? h("p", { class: "dim" }, `${whole(facts.length - 200)} more values: belay show`) : null,
    files?.length ? table("Files", [
      { title: "File", class: "text", cell: (one) => one.path }, { title: "Bytes", figure: true, cell: (one) => whole(one.bytes) },
      { title: "Mode", cell: (one) => (Number.isInteger(one.mode) ? one.mode.toString(8) : "") }, { title: "Content", cell: (one) => short(one.blob ?? "") },
    ], files) : null,
    page.hints.length ? commands(page.hints) : null,
  ];
}
