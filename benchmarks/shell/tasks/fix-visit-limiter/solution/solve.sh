#!/bin/bash
set -eu
cd /app/limiter
cat > rules.py <<'PY'
def load(path):
    rules = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split("#", 1)[0].split()
            if words:
                rules[words[0]] = (words[1], *map(int, words[2:]))
    return rules
PY
cat > buckets.py <<'PY'
class Bucket:
    """Tokens that flow in evenly. The unit is 1/period of a token: in each millisecond, `refill` units flow in."""

    def __init__(self, capacity, refill, period, now):
        self.capacity = capacity * period
        self.refill = refill
        self.period = period
        self.units = self.capacity
        self.last = now

    def visit(self, now, cost):
        self.units = min(self.capacity, self.units + (now - self.last) * self.refill)
        self.last = now
        missing = cost * self.period - self.units
        if missing <= 0:
            self.units = -missing
            return 0
        return -(-missing // self.refill)
PY
cat > windows.py <<'PY'
from collections import deque


class Window:
    """Costs of the allowed visits of the last period."""

    def __init__(self, limit, period):
        self.limit = limit
        self.period = period
        self.visits = deque()
        self.used = 0

    def visit(self, now, cost):
        visits = self.visits
        while visits and visits[0][0] <= now - self.period:
            self.used -= visits.popleft()[1]
        if self.used + cost <= self.limit:
            if cost:
                visits.append((now, cost))
                self.used += cost
            return 0
        left = self.used
        for time, paid in visits:
            left -= paid
            if left + cost <= self.limit:
                return time + self.period - now
PY
cat > main.py <<'PY'
import sys

from buckets import Bucket
from rules import load
from windows import Window


class Limiter:
    def __init__(self, rules):
        self.rules = rules
        self.state = {}
        self.now = None

    def decide(self, time, group, client, cost):
        self.now = time if self.now is None else max(self.now, time)
        rule = self.rules.get(group) or self.rules.get("*")
        if not rule:
            return "allow"
        if rule[0] == "deny" or cost > rule[1]:
            return "deny never"
        entry = self.state.get((group, client))
        if entry is None:
            entry = Bucket(*rule[1:], self.now) if rule[0] == "bucket" else Window(*rule[1:])
            self.state[group, client] = entry
        wait = entry.visit(self.now, cost)
        return f"deny {wait}" if wait else "allow"


def main():
    limiter = Limiter(load(sys.argv[1]))
    for line in sys.stdin:
        time, group, client, cost = line.split()
        print(time, group, client, limiter.decide(int(time), group, client, int(cost)))


main()
PY
