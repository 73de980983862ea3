#!/usr/bin/env python3
"""Judges recorded nights by the exact truth of their problem files: experiments/climb/table.py OUT FIRST INSTANCES"""
import json, os, sys
import synthetic


def nights(path):
    with open(path) as lines:
        return [r for r in map(json.loads, lines) if r.get("event") == "night"]


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
                row = rows.setdefault(night["budget"], {k: [] for k in ("share", "test", "bias", "held", "claim", "adopted", "overfit", "used")})
                way = best - start["test"]
                row["share"].append((found["test"] - start["test"]) / way if way > 0.01 else 0)
                row["test"].append(found["test"])
                row["bias"].append(night["reported"] - found[on])
                row["held"].append(night["low"] <= found[on] <= night["high"])
                row["claim"].append(night["reported"] - start[on])
                row["adopted"].append(night["adopted"] > 0)
                row["used"].append(night["rollouts"] <= night["budget"])
                on_switches = night["key"].split("-")[0]
                row["overfit"].append(sum(s == "1" and k == "overfit_visible" for s, k in zip(on_switches, problem["kinds"])))
        for budget, row in sorted(rows.items()):
            mean = {k: sum(v) / len(v) for k, v in row.items()}
            covered += sum(row["held"])
            total += len(row["held"])
            biases += row["bias"]
            print("%-6s %6d  nights %5d  share %.3f  test %.3f  reported-true %+.4f  covered %.3f  claimed %+.4f  adopting %.4f  overfit %.2f  in budget %s" % (
                kind, budget, len(row["share"]), mean["share"], mean["test"], mean["bias"], mean["held"], mean["claim"], mean["adopted"], mean["overfit"], all(row["used"])))
    print("all    nights %d  reported-true %+.4f  90%% intervals cover %.3f" % (total, sum(biases) / total, covered / total))


if __name__ == "__main__":
    main()
