import { h, s, heading, pill, address, cut, table, nothing } from "./dom.js";
import { whole, percent, dollars, evidence } from "./figures.js";
import { hasTrials } from "./source.js";

// What was raced on top of what: a tree from left to right that can be zoomed and moved.

const pageSize = 500;
const perLine = 16;
const column = 190;
const row = 46;
const toneOf = (node) => (node.champion ? "champion" : node.sign === "" ? "base" : node.tone ?? "no");
const signOf = (node) => (node.champion ? "★" : node.sign);

// Where the picture stands, for each night; a change of the ledger must not move it.
const views = new Map();

function placed(items) {
  const nodes = new Map(items.map((one) => [one.candidate, { ...one, children: [] }]));
  const roots = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.parent);
    if (parent && parent !== node) parent.children.push(node);
    else roots.push(node);
  }
  let line = 0;
  const visit = (node, depth) => {
    node.depth = depth;
    if (!node.children.length) {
      node.y = line * row;
      line += 1;
    } else {
      for (const child of node.children) visit(child, depth + 1);
      node.y = (node.children[0].y + node.children.at(-1).y) / 2;
    }
    node.x = depth * column;
  };
  for (const root of roots) visit(root, 0);
  const way = new Set();
  for (let at = [...nodes.values()].find((node) => node.champion); at && !way.has(at.candidate); at = nodes.get(at.parent)) way.add(at.candidate);
  return { nodes: [...nodes.values()], byName: nodes, way, lines: line };
}

// Proposals that no race saw: a field of small circles below the tree, so that one sees how many fell, and why.
function ghosts(context, edits, top) {
  const each = 30;
  const most = 400;
  return [
    s("text", { class: "note", x: -8, y: top - 18 }, `never raced: ${whole(edits.length)} edits`),
    edits.slice(0, most).map((edit, at) => {
      const x = (at % perLine) * each;
      const y = top + Math.floor(at / perLine) * each;
      const label = `${edit.edit}, never raced, ${edit.state}: ${cut(edit.summary, 100)}`;
      const tone = { blocked: "bad", refuted: "bad", supported: "good" }[edit.status] ?? "open";
      return s("a", { href: address(context.run, "gate", { what: edit.edit }), class: `ghost ${tone}`, "aria-label": label, "data-key": `ghost-${edit.edit}` },
        s("title", {}, label), s("circle", { cx: x, cy: y, r: 13 }), s("text", { x, y: y + 3, "text-anchor": "middle" }, cut(edit.edit, 5)));
    }),
  ];
}

// What fresh trials on gate tasks say of a candidate that was an incumbent; those that raced chose, and say nothing.
const scored = (one) => (one ? `${percent(one.y)} [${percent(one.low)}, ${percent(one.high)}]` : "");

function drawing(context, tree, chosen, never, scores) {
  const state = views.get(context.run) ?? { scale: 1, x: 0, y: 0, fitted: false };
  views.set(context.run, state);
  const ofWay = (node) => tree.way.has(node.candidate);
  const layer = s("g", {});
  for (const node of tree.nodes) {
    const parent = tree.byName.get(node.parent);
    if (!parent) continue;
    const middle = (parent.x + node.x) / 2 + 40;
    layer.append(s("path", { class: `edge ${ofWay(node) ? "way" : ""}`, d: `M${parent.x + 106},${parent.y} C${middle},${parent.y} ${middle},${node.y} ${node.x - 10},${node.y}` }));
  }
  for (const node of tree.nodes) {
    const fresh = scores.get(node.candidate);
    const label = `${node.candidate}, ${node.champion ? "champion, " : ""}${node.state}${fresh ? `, ${scored(fresh)} % in ${whole(fresh.trials)} fresh trials on gate tasks, ${dollars(fresh.x)} a trial` : ""}${node.pairs ? `, evidence ${evidence(node.log_e)} of ${evidence(node.log_bar)}, ${node.pairs} pairs` : ""}`;
    layer.append(s("a", { href: address(context.run, "lineage", { ...context.values, at: node.candidate }), class: `node ${toneOf(node)} ${node.candidate === chosen ? "chosen" : ""}`, "aria-label": label, "data-name": node.candidate, "data-key": `node-${node.candidate}` },
      s("title", {}, label),
      s("rect", { x: node.x - 10, y: node.y - (fresh ? 19 : 12), width: 116, height: fresh ? 38 : 24, rx: 12 }),
      s("text", { class: "sign", x: node.x + 4, y: node.y + (fresh ? -2 : 5), "text-anchor": "middle" }, signOf(node)),
      s("text", { x: node.x + (signOf(node) ? 16 : 0), y: node.y + (fresh ? -2 : 5) }, cut(node.candidate, 11)),
      fresh ? s("text", { class: "score", x: node.x, y: node.y + 13 }, scored(fresh)) : null));
  }
  const depth = Math.max(...tree.nodes.map((node) => node.y)) + (never.length ? 70 + Math.ceil(Math.min(never.length, 400) / perLine) * 30 : 0);
  if (never.length) layer.append(...ghosts(context, never, Math.max(...tree.nodes.map((node) => node.y)) + 70).flat());
  const picture = s("svg", { class: "tree", role: "group", "aria-label": "Lineage: arrow keys go from candidate to candidate, + and - zoom, 0 shows all" }, layer);
  const show = () => layer.setAttribute("transform", `translate(${state.x},${state.y}) scale(${state.scale})`);
  const zoom = (factor, at) => {
    const box = picture.getBoundingClientRect();
    const point = at ?? { x: box.width / 2, y: box.height / 2 };
    const scale = Math.min(3, Math.max(0.05, state.scale * factor));
    state.x = point.x - ((point.x - state.x) * scale) / state.scale;
    state.y = point.y - ((point.y - state.y) * scale) / state.scale;
    state.scale = scale;
    show();
  };
  const fit = () => {
    const box = picture.getBoundingClientRect();
    if (!box.width) return;
    const wide = Math.max(...tree.nodes.map((node) => node.x), Math.min(never.length, perLine) * 30 - 110) + 140;
    const high = depth + 50;
    // The buttons stand above.
    const top = 48;
    state.scale = Math.min(1.2, Math.max(0.05, Math.min((box.width - 18) / wide, (box.height - top) / high)));
    state.x = 18;
    state.y = Math.max(top + 16, (box.height - (high - 50) * state.scale) / 2);
    state.fitted = true;
    show();
  };
  let drag = null;
  picture.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, { x: event.clientX - box.left, y: event.clientY - box.top });
  }, { passive: false });
  picture.addEventListener("pointerdown", (event) => { drag = { x: event.clientX - state.x, y: event.clientY - state.y, moved: false, fromX: event.clientX, fromY: event.clientY }; });
  picture.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.fromX, event.clientY - drag.fromY) < 5) return;
    if (!drag.moved) picture.setPointerCapture(event.pointerId);
    drag.moved = true;
    state.x = event.clientX - drag.x;
    state.y = event.clientY - drag.y;
    show();
  });
  const drop = () => { setTimeout(() => { drag = null; }, 0); };
  picture.addEventListener("pointerup", drop);
  picture.addEventListener("pointercancel", drop);
  picture.addEventListener("click", (event) => { if (drag?.moved) event.preventDefault(); }, true);
  picture.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else if (event.key.startsWith("Arrow")) {
      const node = tree.byName.get(event.target.closest?.("[data-name]")?.dataset.name);
      if (!node) return;
      const siblings = tree.byName.get(node.parent)?.children ?? [node];
      const at = siblings.indexOf(node);
      const to = { ArrowLeft: tree.byName.get(node.parent), ArrowRight: node.children[0], ArrowUp: siblings[at - 1], ArrowDown: siblings[at + 1] }[event.key];
      if (to) picture.querySelector(`[data-name="${CSS.escape(to.candidate)}"]`)?.focus();
    } else return;
    event.preventDefault();
  });
  show();
  const frame = h("div", { class: "canvas" }, picture,
    h("div", { class: "zoom" },
      h("button", { type: "button", class: "plain", "aria-label": "Closer", click: () => zoom(1.25) }, "+"),
      h("button", { type: "button", class: "plain", "aria-label": "Further away", click: () => zoom(0.8) }, "−"),
      h("button", { type: "button", class: "plain", "aria-label": "Show all", click: fit }, "Fit")));
  picture.style.height = `${Math.min(560, Math.max(200, depth + 70))}px`;
  if (!state.fitted) requestAnimationFrame(fit);
  return frame;
}

function details(context, node, baseline, fresh) {
  if (!node) return null;
  return h("section", { class: "card", "aria-label": `Candidate ${node.candidate}` },
    h("h2", {}, `${node.candidate} `, pill(node.champion ? "champion" : node.state, toneOf(node))),
    h("p", {}, node.parent ? `raced to replace ${node.parent}` : "the baseline: what the night began with",
      node.pairs ? `; evidence ${evidence(node.log_e)} of ${evidence(node.log_bar)} asked, ${whole(node.pairs)} pairs` : "",
      node.generation ? `; generation ${node.generation}` : ""),
    fresh ? h("p", {}, `${scored(fresh)} % in ${whole(fresh.trials)} fresh trials on gate tasks, ${dollars(fresh.x)} a trial`) : null,
    h("p", { class: "links" },
      h("a", { class: "chip", href: address(context.run, "gate", { what: node.candidate }) }, "Why"),
      node.parent ? h("a", { class: "chip", href: address(context.run, "diff", { a: node.parent, b: node.candidate }) }, `Diff with ${node.parent}`) : null,
      node.parent && baseline && node.parent !== baseline ? h("a", { class: "chip", href: address(context.run, "diff", { a: baseline, b: node.candidate }) }, `Diff with ${baseline}`) : null,
      hasTrials ? h("a", { class: "chip", href: address(context.run, "trials", { candidate: node.candidate }) }, "Trials") : null),
    node.edits?.length ? h("ul", { class: "edits" }, node.edits.map((edit) => h("li", {},
      h("a", { href: address(context.run, "gate", { what: edit.edit }) }, edit.edit), ` ${edit.state} · ${cut(edit.summary, 110)}`))) : null,
    node.removed?.length ? h("p", {}, `without ${node.removed.join(", ")}`) : null);
}

/// The lineage, the proposals that no race saw, and what became of each.
export async function lineage(context) {
  const from = Number(context.values.from ?? 0);
  const { page } = await context.get("tree", { run: context.run, limit: pageSize, brief: 1, from: from || null });
  const tree = placed(page.items);
  // Who was an incumbent has fresh trials; where no figure can be drawn, there are none.
  const figure = await context.get("figure", { run: context.run, what: "pareto" }).catch(() => null);
  const scores = new Map((figure?.page.items ?? []).map((one) => [one.candidate, one]));
  const signs = new Set(page.items.map((one) => (one.champion ? "★" : one.sign)).filter(Boolean));
  const never = page.never_raced ?? [];
  const legend = [
    ...[["★", "champion"], ["*", "adopted"], ["+", "adopted"], ["~", "not better"], ["o", "refused by a check or a person"], ["x", "taken back"], ["?", "open"]]
      .filter(([sign]) => signs.has(sign)).map(([sign, word]) => `${sign} ${word}`),
    page.items.some((one) => one.champion && one.parent) ? "the thick line is the way to the champion" : null,
    scores.size ? "below a name: the score in % of its fresh trials on gate tasks with its 90% interval; these tasks chose it, so that a gain on them overstates" : null,
    never.length ? "small circles are edits that no race saw, red ones kept out by a gate" : null,
  ].filter(Boolean);
  const base = page.items.find((one) => one.state === "baseline")?.candidate;
  const champion = page.items.find((one) => one.champion);
  const chosen = context.values.at ?? champion?.candidate;
  const way = chosen && page.items.length > 1 ? await context.get("tree", { run: context.run, path: chosen, limit: pageSize }).catch(() => null) : null;
  const full = way?.page.items.find((one) => one.candidate === chosen);
  const asList = context.values.list === "1";
  const groups = new Map();
  for (const edit of page.never_raced ?? []) {
    const gate = edit.verdicts?.filter((verdict) => verdict.word === "fail").at(-1)?.gate;
    const word = gate && gate !== edit.state ? `${edit.state} (${gate})` : edit.state;
    groups.set(word, [...(groups.get(word) ?? []), edit]);
  }
  const counts = page.counts;
  return [
    heading("Lineage", "A candidate stands behind the one that it was raced to replace. Scores of a race chose the candidate, and are not shown."),
    h("div", { class: "choice" },
      h("a", { class: "chip", href: address(context.run, "lineage", { ...context.values, list: null }), "aria-current": asList ? null : "true" }, "Tree"),
      h("a", { class: "chip", href: address(context.run, "lineage", { ...context.values, list: 1 }), "aria-current": asList ? "true" : null }, "List"),
      h("span", { class: "dim" }, [[counts.candidates, "candidate"], [counts.races, "race"], [counts.edits_never_raced, "edit"]].map(([count, word]) => `${whole(count)} ${word}${count === 1 ? "" : "s"}`).join(", ") + " never raced")),
    page.items.length <= 1 ? nothing("Nothing was raced yet.") : null,
    asList ? table("Candidates", [
      { title: "Candidate", cell: (one) => h("a", { href: address(context.run, "lineage", { ...context.values, at: one.candidate }) }, one.candidate) },
      { title: "Replaces", cell: (one) => one.parent ?? "" },
      { title: "State", cell: (one) => pill(one.champion ? "champion" : one.state, toneOf(one)) },
      { title: "Fresh score", figure: true, cell: (one) => scored(scores.get(one.candidate)) || "–" },
      { title: "Evidence", figure: true, cell: (one) => (one.pairs ? `${evidence(one.log_e)} of ${evidence(one.log_bar)}` : "–") },
      { title: "Pairs", figure: true, cell: (one) => whole(one.pairs) },
      { title: "Added", cell: (one) => one.added.join(" ") },
    ], page.items) : drawing(context, tree, chosen, never, scores),
    asList || !legend.length ? null : h("p", { class: "legend dim small" }, legend.join(" · ")),
    page.next ? h("p", {}, h("a", { class: "chip", href: address(context.run, "lineage", { ...context.values, from: page.next }) }, `The next ${pageSize}`)) : null,
    from ? h("p", {}, h("a", { class: "chip", href: address(context.run, "lineage", { ...context.values, from: Math.max(0, from - pageSize) || null }) }, "Earlier ones")) : null,
    details(context, full ?? tree.byName.get(chosen), base, scores.get(chosen)),
    groups.size ? h("section", { class: "card" }, h("h2", {}, `Never raced: ${whole(counts.edits_never_raced)} edits`),
      [...groups].sort(([, a], [, b]) => b.length - a.length).map(([word, edits]) => h("details", { open: groups.size < 4 },
        h("summary", {}, `${word} `, h("b", {}, edits.length)),
        h("ul", { class: "edits" }, edits.slice(0, 100).map((edit) => h("li", {},
          h("a", { href: address(context.run, "gate", { what: edit.edit }) }, edit.edit), ` ${cut(edit.summary, 100)}`)))))) : null,
  ];
}
