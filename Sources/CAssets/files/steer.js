import { h } from "./dom.js";
import { steer } from "./source.js";

// Words to a night that goes on; only where belay serve --control allows it.

// What was answered last stays while the page is drawn anew around it.
let answered = { run: null, text: "" };

const input = (label, key, more = {}) =>
  h("input", { type: "text", placeholder: label, "aria-label": label, "data-key": key, ...more });
const number = (label, key, more = {}) => input(label, key, { type: "number", min: "1", step: "1", ...more });

/// The buttons of the overview.
export function controls(context, now) {
  const said = h("p", { class: "dim said", "aria-live": "polite" }, answered.run === now.run ? answered.text : "");
  const tell = (text) => {
    answered = { run: now.run, text };
    // The page may have been drawn anew since the button was pressed.
    (document.querySelector(".said") ?? said).textContent = text;
  };
  const reason = input("why (recorded)", "reason", { maxlength: "1000" });
  const say = (order, text = "", limits = {}) => async () => {
    tell("…");
    try {
      const answer = await steer({ run: now.run, order, text, limits, reason: reason.value });
      tell(!answer.changed ? `${order}: nothing to change` : answer.running ? `${now.run} was told: ${order}`
        : `${now.run} does not run: it will be told when it goes on`);
      context.refresh();
    } catch (error) { tell(error.hint ? `${error.message} (${error.hint})` : error.message); }
  };
  // A word with a text of its own, which is asked for first.
  const worded = (field, order, word) => h("div", { class: "row" }, field,
    h("button", { type: "button", click: () => (field.value.trim() ? say(order, field.value.trim())() : field.focus()) }, word));
  const limits = {
    trials: number("trials in all", "trials"), slots: number("trials at once", "slots"),
    candidates: number("edits in all", "candidates"), cost_usd: number("dollars in all", "cost", { min: "0", step: "any" }),
  };
  const retune = () => {
    const given = Object.entries(limits).filter(([, field]) => field.value !== "").map(([name, field]) => [name, Number(field.value)]);
    say("retune", "", Object.fromEntries(given))();
  };
  return h("section", { class: "card control" }, h("h2", {}, "Steer"),
    h("div", { class: "row" },
      now.state === "paused" ? h("button", { type: "button", click: say("resume") }, "Resume") : h("button", { type: "button", click: say("pause") }, "Pause"),
      reason),
    worded(input("a hint to the proposers", "hint", { maxlength: "4000" }), "hint", "Tell"),
    now.awaiting.map((one) => h("div", { class: "row" }, h("span", {}, `${one} waits`),
      h("button", { type: "button", click: say("approve", one) }, "Adopt it"), h("button", { type: "button", click: say("reject", one) }, "Do not"))),
    h("details", {}, h("summary", {}, "More words"),
      worded(input("a component, as the lineage names it", "veto", { maxlength: "1000" }), "veto", "Veto"),
      worded(input("a candidate, such as c12", "branch", { maxlength: "20" }), "branch", "Go on from it"),
      h("div", { class: "row limits" }, Object.values(limits), h("button", { type: "button", click: retune }, "Change limits"))),
    said);
}
