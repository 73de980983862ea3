#!/usr/bin/env python3
"""Own CPU of whole simulated nights for each fact: experiments/climb/cost.py BELAY PROBLEM BUDGET..."""
import json, resource, subprocess, sys

belay, problem = sys.argv[1:3]
for budget in sys.argv[3:]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = subprocess.run(
        [belay, "selftest", "--problem", problem, "--budget", budget, "--seeds", "1", "--json"],
        check=True, capture_output=True, text=True).stdout.splitlines()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    night = next(r for r in map(json.loads, lines) if r.get("event") == "night")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Each trial is two facts: that it began and that it ended. The draw of its outcome is counted in.
    print("trials %8d  own CPU %7.1f s  %6.1f us per fact  memory %d MB" % (
        night["rollouts"], cpu, cpu * 1e6 / (2 * night["rollouts"]), after.ru_maxrss // 1024))
