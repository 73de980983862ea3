import { h } from "./dom.js";
import { steer } from "./source.js";

// Words to a night that goes on; only where belay serve --control allows it.

/// The buttons of the overview.
export function controls(context, now) {
  const said = h("p", { class: "dim", "aria-live": "polite" });
  const reason = h("input", { type: "text", placeholder: "why (recorded)", "aria-label": "Reason", maxlength: "1000", "data-key": "reason" });
  const hint = h("input", { type: "text", placeholder: "a hint to the proposers", "aria-label": "Hint", maxlength: "4000", "data-key": "hint" });
  const say = (order, text = "") => async () => {
    said.textContent = "…";
    try {
      const answer = await steer({ run: now.run, order, text, reason: reason.value });
      said.textContent = answer.changed ? `${now.run} was told` : "nothing to change";
      context.refresh();
    } catch (error) { said.textContent = error.message; }
  };
  return h("section", { class: "card control" }, h("h2", {}, "Steer"),
    h("div", { class: "row" },
      now.state === "paused" ? h("button", { type: "button", click: say("resume") }, "Resume") : h("button", { type: "button", click: say("pause") }, "Pause"),
      reason),
    h("div", { class: "row" }, hint, h("button", { type: "button", click: () => hint.value && say("hint", hint.value)() }, "Tell")),
    now.awaiting.map((one) => h("div", { class: "row" }, h("span", {}, `${one} waits`),
      h("button", { type: "button", click: say("approve", one) }, "Adopt it"), h("button", { type: "button", click: say("reject", one) }, "Do not"))),
    said);
}
