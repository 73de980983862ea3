#!/usr/bin/env python3
"""How busy the slots were in recorded nights: experiments/climb/busy.py FILE..."""
import json, sys

rows = {}
for path in sys.argv[1:]:
    with open(path) as lines:
        for night in map(json.loads, lines):
            if night.get("event") == "night":
                rows.setdefault((night["slots"], night["budget"]), []).append(night["busy"])
for (slots, budget), busy in sorted(rows.items()):
    print("slots %4d  %7d trials  nights %3d  busy %.3f" % (slots, budget, len(busy), sum(busy) / len(busy)))
