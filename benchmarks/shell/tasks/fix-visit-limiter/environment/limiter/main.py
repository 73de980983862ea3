import sys

from buckets import Bucket
from rules import load
from windows import Window


class Limiter:
    def __init__(self, rules, state={}):
        self.rules = rules
        self.state = state
        self.now = 0

    def decide(self, time, group, client, cost):
        rule = self.rules.get(group) or self.rules.get("*")
        if not rule:
            return "allow"
        if rule[0] == "deny":
            return "deny never"
        if time > self.now:
            self.now = time
        entry = self.state.get(client)
        if not entry:
            entry = Bucket(*rule[1:], self.now) if rule[0] == "bucket" else Window(*rule[1:])
            self.state[client] = entry
        wait = entry.visit(time, cost)
        return "deny %d" % wait if wait else "allow"


def main():
    limiter = Limiter(load(sys.argv[1]))
    for line in sys.stdin:
        time, group, client, cost = line.split()
        print(time, group, client, limiter.decide(int(time), group, client, int(cost)))


main()
