#!/usr/bin/env python3
"""Judges recorded nights by the exact truth of their problem files: experiments/climb/table.py OUT FIRST INSTANCES"""
import json, os, sys
import synthetic


def nights(path):
    with open(path) as lines:
        return [r for r in map(json.loads, lines) if r.get("event") == "night"]


def remembering(problem, key):
    """The winner without each of its edits that only remember visible tasks by themselves."""
    switches, *rest = key.split("-")
    on = [i for i, (s, kind) in enumerate(zip(switches, problem["kinds"])) if s == "1" and kind == "overfit_visible"]
    return ["-".join([switches[:i] + "0" + switches[i + 1:], *rest]) for i in on]


def main():
    out, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    covered = total = 0
    biases = []
    for kind in ("plain", "rugged", "null"):
        rows = {}
        for number in range(first, first + count):
            stem = os.path.join(out, "%s-%d" % (kind, number))
            with open(stem + ".json") as file:
                problem = json.load(file)
            truth = synthetic.Problem(problem)
            start = truth.truth(truth.seed_key())
            best = problem["reference"]["argmax_expected_test"]["test"]
            for night in nights(stem + ".nights"):
                found = truth.truth(night["key"])
                on = night["reported_on"]
                row = rows.setdefault(night["budget"], {k: [] for k in ("share", "test", "bias", "held", "claim", "adopted", "overfit", "idle", "used")})
                way = best - start["test"]
                row["share"].append((found["test"] - start["test"]) / way if way > 0.01 else 0)
                row["test"].append(found["test"])
                row["bias"].append(night["reported"] - found[on])
                row["held"].append(night["low"] <= found[on] <= night["high"])
                row["claim"].append(night["reported"] - start[on])
                row["adopted"].append(night["adopted"] > 0)
                row["used"].append(night["rollouts"] <= night["budget"])
                kept = remembering(problem, night["key"])
                row["overfit"].append(len(kept))
                # Beside other edits one that remembers tasks may truly help on tasks that nobody sees.
                row["idle"].append(sum(truth.truth(without)["test"] >= found["test"] - 1e-9 for without in kept))
        for budget, row in sorted(rows.items()):
            mean = {k: sum(v) / len(v) for k, v in row.items()}
            covered += sum(row["held"])
            total += len(row["held"])
            biases += row["bias"]
            print("%-6s %6d  nights %5d  share %.3f  test %.3f  reported-true %+.4f  covered %.3f  claimed %+.4f  adopting %.4f  overfit %.2f (%.2f worth nothing)  in budget %s" % (
                kind, budget, len(row["share"]), mean["share"], mean["test"], mean["bias"], mean["held"], mean["claim"], mean["adopted"], mean["overfit"], mean["idle"], all(row["used"])))
    print("all    nights %d  reported-true %+.4f  90%% intervals cover %.3f" % (total, sum(biases) / total, covered / total))


if __name__ == "__main__":
    main()
