import { h, heading, pill, address, commands, nothing, table, cut } from "./dom.js";
import { whole, percent, points, dollars, count, duration, clock, minute, progress, interval, evidence } from "./figures.js";
import { section } from "./document.js";
import { controls } from "./steer.js";

export const stateTone = { running: "live", paused: "open", finished: "good", stopped: "bad", dead: "bad", elsewhere: "open" };

/// What a decision is about, as a link.
export function subject(context, decision) {
  if (decision.edit) return h("a", { href: address(context.run, "gate", { what: decision.edit }) }, decision.edit);
  if (decision.candidate) return h("a", { href: address(context.run, "gate", { what: decision.candidate }) }, decision.candidate);
  return null;
}

function decisions(context, list) {
  if (!list?.length) return h("p", { class: "dim" }, "nothing was decided yet");
  return h("ol", { class: "decisions" }, list.map((one) => h("li", {},
    h("time", { datetime: one.at, title: one.at }, clock(one.at)), " ",
    pill(one.decision, one.tone ?? "plain"), " ",
    subject(context, one), " ", h("span", {}, one.sentence))));
}

// Evidence grows by factors: the bar shows its logarithm against that of what is asked.
function race(context, one) {
  const share = one.log_bar > 0 ? Math.max(0, one.log_e) / one.log_bar : 0;
  const question = one.question === "simpler" ? "no worse than" : "better than";
  return h("div", { class: "race" },
    progress(`${one.candidate}, ${question} ${one.control}?`, share, 1, `evidence ${evidence(one.log_e)} of ${evidence(one.log_bar)}`),
    h("p", { class: "dim small" }, `${one.words}; ${whole(one.pairs)} pairs, ${one.won} won, ${one.lost} lost`,
      one.awaits_a_person ? " · waits for a person" : ""));
}

const sectionOf = (document, label) => document?.sections.find((one) => one.label === label);

/// What the night achieved, whether to trust it, what changed, what to do next; and how it goes on.
export async function overview(context) {
  const [{ page }, morning, edits] = await Promise.all([
    context.get("status", { run: context.run }), context.get("document", { run: context.run }),
    context.get("hypotheses", { run: context.run, status: "standing" }),
  ]);
  const now = page.items[0];
  const document = morning.page.items[0];
  const part = (label) => sectionOf(document, label);
  const isOver = ["finished", "stopped", "dead"].includes(now.state);
  const verdict = part("verdict");
  const holds = part("holds for") ?? part("because");
  const hero = h("section", { class: `hero ${verdict?.tone ?? "open"}`, "aria-label": "Verdict" },
    h("h2", {}, isOver || now.state === "elsewhere" ? "What the night achieved" : "The night goes on"),
    verdict?.blocks.map((one) => one.kind === "interval"
      ? interval(one.mean, one.low, one.high, one.label) : h("p", { class: "lead" }, one.text.replace(/^none yet: /, "No verdict yet: "))),
    part("advice") ? h("p", { class: "advice" }, h("b", {}, "Advice: "), part("advice").blocks[0].text) : null,
    holds ? h("p", { class: "dim small" }, `${holds.label === "because" ? "Because" : "Holds for"}: ${holds.blocks[0].text}`) : null);

  const cautions = part("caution")?.blocks[0]?.items ?? [];
  const trust = h("section", { class: "card" }, h("h2", {}, "Whether to trust it"),
    part("trust") ? h("p", {}, part("trust").blocks[0].text) : null,
    cautions.length ? h("ul", { class: "cautions" }, cautions.map((text) => h("li", {}, text)))
      : h("p", { class: "dim" }, isOver ? "no caution" : "no caution so far"),
    part("bound") ? h("p", { class: "dim small" }, part("bound").blocks[0].text) : null);

  const standing = edits.page.items;
  const changed = h("section", { class: "card" }, h("h2", {}, "What changed"),
    standing.length ? [
      h("p", {}, `${now.champion} carries ${edits.page.counts.standing} ${edits.page.counts.standing === 1 ? "edit" : "edits"} over the baseline ${now.baseline}. `,
        now.champion !== now.baseline ? h("a", { href: address(context.run, "diff", { a: now.baseline, b: now.champion }) }, "Read the diff") : null),
      h("ul", { class: "edits" }, standing.slice(0, 8).map((edit) => h("li", {},
        h("a", { href: address(context.run, "gate", { what: edit.edit }) }, edit.edit), " ", cut(edit.summary, 110), h("span", { class: "dim" }, ` · ${edit.words}`),
        edit.worth ? h("span", { class: "dim figure" }, ` ${points(edit.worth.points)} ± ${percent(edit.worth.error)}`) : null))),
      standing.some((edit) => edit.worth) ? h("p", { class: "dim small" }, "Points of each by itself on dev tasks as the pooled model believes, ± one standard error: prior-based and chosen from many, an expectation and no result.") : null,
    ] : h("p", { class: "dim" }, now.champion === now.baseline ? `nothing yet: the baseline ${now.baseline} stands` : [`${now.champion} stands over the baseline ${now.baseline}. `, h("a", { href: address(context.run, "diff", { a: now.baseline, b: now.champion }) }, "Read the diff")]));

  const next = h("section", { class: "card" }, h("h2", {}, "What to do next"), commands(page.hints.length && !isOver ? page.hints : part("next")?.blocks[0]?.lines ?? page.hints));

  const trials = now.trials;
  const money = now.money;
  const budget = h("section", { class: "card" }, h("h2", {}, "Progress"),
    progress("Trials", trials.run, trials.budget, `${whole(trials.run)} of ${whole(trials.budget)}`),
    money.budget_usd ? progress("Money", money.spent.cost_usd ?? 0, money.budget_usd, `${money.spent.words} of ${dollars(money.budget_usd)}`) : null,
    h("dl", { class: "facts" },
      [
        ["State", now.sentence], ["Took", duration(now.elapsed_ms)], ["Money", money.spent.words],
        ["Tokens", count(money.spent.tokens)], ["In flight", isOver ? null : `${whole(trials.in_flight)} of ${whole(trials.slots)} slots`],
        ["Ends about", isOver || !now.expected_end ? null : minute(now.expected_end)], ["Deadline", now.deadline ? minute(now.deadline) : null],
        ["Edits", `${whole(now.pool.edits)}: ${whole(now.pool.active)} carried, ${whole(now.pool.blocked)} blocked, ${whole(now.pool.dropped)} dropped; ${whole(now.pool.handed_in)} were handed in`],
      ].filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));

  const funnel = part("funnel");
  const races = h("section", { class: "card" }, h("h2", {}, "Races"), now.races.length ? now.races.map((one) => race(context, one))
    : h("p", { class: "dim" }, `none open; ${now.adoptions} ${now.adoptions === 1 ? "adoption" : "adoptions"}`));
  const last = h("section", { class: "card" }, h("h2", {}, "Last decisions"), decisions(context, now.last_decisions));
  const waiting = now.awaiting.length ? h("section", { class: "card open" }, h("h2", {}, "Waits for a person"),
    now.awaiting.map((one) => h("p", {}, h("a", { href: address(context.run, "gate", { what: one }) }, one), " waits for a yes or no")),
    commands(now.awaiting.map((one) => `belay approve ${one}`))) : null;

  return [
    heading(`${now.run} ${now.name}`, `suite ${now.suite}@${(now.suite_digest ?? "").slice(0, 12)} · started ${minute(now.started_at)}`),
    hero, waiting, context.control && !isOver ? controls(context, now) : null,
    h("div", { class: "grid" },
      h("div", { class: "column" }, isOver ? [trust, changed] : [budget, races, trust]),
      h("div", { class: "column" }, isOver ? [next, budget, last] : [next, changed, last])),
    funnel ? section(funnel, now.run) : null,
  ];
}

/// What was spent, by whom, for what.
export async function cost(context) {
  const { page } = await context.get("status", { run: context.run });
  const now = page.items[0];
  const names = { trial: "task agents", propose: "proposers", judge: "judges" };
  const roles = Object.entries(now.money.by_role).sort(([, a], [, b]) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0));
  const all = now.money.spent.cost_usd;
  const purposes = Object.entries(now.trials.by_purpose).sort(([, a], [, b]) => b.scored - a.scored);
  const unknown = now.money.spent.parts_unknown;
  return [
    heading("Cost", "What the night spent; what nobody knows is counted apart and never as nothing."),
    h("div", { class: "figures" },
      [["Spent", all === null ? now.money.spent.words : dollars(all)], ["Budget", now.money.budget_usd === null ? "none" : dollars(now.money.budget_usd)], ["Tokens", count(now.money.spent.tokens)],
        ["Trials", `${whole(now.trials.run)} of ${whole(now.trials.budget)}`], ["Time", duration(now.elapsed_ms)]]
        .map(([name, value]) => h("div", { class: "figure-card" }, h("div", { class: "dim small" }, name), h("div", { class: "big" }, value)))),
    unknown ? h("p", { class: "caution" }, `What ${whole(unknown)} ${unknown === 1 ? "part" : "parts"} cost is unknown.`) : null,
    h("section", { class: "card" }, h("h2", {}, "By role"),
      roles.length ? roles.map(([role, one]) => progress(names[role] ?? role, one.cost_usd ?? 0, all || 1,
        `${one.words} · ${count(one.tokens)} tokens`)) : nothing("nothing was spent yet")),
    h("section", { class: "card" }, h("h2", {}, "Trials by purpose"),
      purposes.length ? table("Trials by purpose", [
        { title: "Purpose", cell: ([name]) => name },
        { title: "Judged", figure: true, cell: ([, one]) => whole(one.scored) },
        { title: "Broken", figure: true, about: "ended for reasons that are not their own; tried again", cell: ([, one]) => whole(one.invalid) },
        { title: "Unfit", figure: true, about: "the harness could not run", cell: ([, one]) => whole(one.unfit) },
      ], purposes) : nothing("no trial was run yet")),
  ];
}
