#!/bin/bash
set -eu
cat > /app/plan <<'PY'
#!/usr/bin/python3 -I
"""plan FOLDER START END: the instants at which jobs of local time run. Minutes since 1970 are the unit of all times."""
import sys
from datetime import date, datetime, timedelta

EPOCH = datetime(1970, 1, 1)
NAMES = "Mon Tue Wed Thu Fri Sat Sun".split()
AGES = 10**10


def minutes(text):
    return int((datetime.strptime(text, "%Y-%m-%dT%H:%MZ") - EPOCH) / timedelta(minutes=1))


def show(value):
    return (EPOCH + timedelta(minutes=value)).strftime("%Y-%m-%dT%H:%M")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.split("\t") for line in file.read().split("\n") if line and not line.startswith("#")]


class Zone:
    """Spans of constant offset: (begin, end, offset) in UTC."""

    def __init__(self, changes):
        changes.sort()
        begins = [at for at, _ in changes] + [AGES]
        self.spans = [(begins[i], begins[i + 1], shift) for i, (_, shift) in enumerate(changes)]

    def offset(self, at):
        return next(shift for begin, end, shift in self.spans if begin <= at < end)

    def instants(self, local):
        """All instants at which the clocks show this local time."""
        return [local - shift for begin, end, shift in self.spans if begin <= local - shift < end]

    def after_gap(self, local):
        for (_, end, before), (_, _, after) in zip(self.spans, self.spans[1:]):
            if end + before <= local < end + after:
                return end

    def parts(self, day):
        """The pieces of UTC time in which the local date is this day."""
        for begin, end, shift in self.spans:
            a, b = max(begin, day * 1440 - shift), min(end, day * 1440 + 1440 - shift)
            if a < b:
                yield a, b


def on(days, day):
    when = date(1970, 1, 1) + timedelta(days=day)
    return days == "daily" or str(when.day) in days.split(",") or NAMES[when.weekday()] in days.split(",")


def runs(zone, day, rule, policy):
    kind, value = rule.split()
    if kind == "every":
        parts = list(zone.parts(day))
        for a, b in parts:
            first = parts[0][0]
            yield from range(a + (first - a) % int(value), b, int(value))
        return
    local = day * 1440 + int(value[:2]) * 60 + int(value[3:])
    found = zone.instants(local)
    if not found:
        if policy != "skip":
            yield zone.after_gap(local)
    elif policy == "both":
        yield from found
    else:
        yield found[-1 if policy == "last" else 0]


def main():
    folder, start, end = sys.argv[1], minutes(sys.argv[2]), minutes(sys.argv[3])
    changes = {}
    for name, at, shift in rows(folder + "/zones.tsv"):
        value = int(shift[1:3]) * 60 + int(shift[4:])
        changes.setdefault(name, []).append((-AGES if at == "-" else minutes(at), -value if shift[0] == "-" else value))
    zones = {name: Zone(listed) for name, listed in changes.items()}
    result = set()
    for job, name, days, rule, policy in rows(folder + "/jobs.tsv"):
        zone = zones[name]
        for day in range(start // 1440 - 3, end // 1440 + 4):
            if on(days, day):
                result.update((at, job.encode(), name) for at in runs(zone, day, rule, policy) if start <= at < end)
    for at, job, name in sorted(result):
        shift = zones[name].offset(at)
        sign = "-" if shift < 0 else "+"
        print(f"{show(at)}Z\t{job.decode()}\t{show(at + shift)}{sign}{abs(shift) // 60:02d}:{abs(shift) % 60:02d}")


main()
PY
chmod 0755 /app/plan
/app/plan /app/backups 2024-10-26T00:00Z 2024-11-04T00:00Z > /app/plan.tsv
