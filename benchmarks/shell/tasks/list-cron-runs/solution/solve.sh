#!/bin/bash
set -eu
cat > /app/cron-runs <<'PY'
#!/usr/bin/python3 -I
"""cron-runs CRONTAB START END: lists the runs of a crontab with START <= time < END."""
import re
import sys
from datetime import datetime, timedelta

MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
DAYS = {name: n for n, name in enumerate("sun mon tue wed thu fri sat".split())}
FIELDS = [(0, 59, {}), (0, 23, {}), (1, 31, {}), (1, 12, MONTHS), (0, 7, DAYS)]
MACROS = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}


class Bad(Exception):
    pass


def number(word, low, high, names):
    if word.lower() in names:
        return names[word.lower()]
    if not re.fullmatch("[0-9]{1,4}", word) or not low <= int(word) <= high:
        raise Bad
    return int(word)


def parse_field(source, low, high, names):
    chosen = set()
    for part in source.split(","):
        match = re.fullmatch(r"(\*|(\w+)(?:-(\w+))?)(?:/([0-9]+))?", part, re.ASCII)
        if not match:
            raise Bad
        whole, first, last, step = match.groups()
        if step is not None and int(step) == 0:
            raise Bad
        if whole == "*":
            begin, end = low, high
        else:
            begin = number(first, low, high, names)
            if last is not None:
                end = number(last, low, high, names)
                if names is DAYS and last.lower() == "sun" and begin > 0:
                    end = 7
            else:
                end = begin if step is None else high
            if begin > end:
                raise Bad
        chosen.update(range(begin, end + 1, int(step or 1)))
    return {value % 7 for value in chosen} if names is DAYS else chosen


def parse_line(line):
    if line.startswith("@"):
        macro, *rest = re.split("[ \t]+", line, maxsplit=1)
        if not rest or (macro not in MACROS and macro != "@reboot"):
            raise Bad
        if macro == "@reboot":
            return None
        words = MACROS[macro].split() + rest
    else:
        words = re.split("[ \t]+", line, maxsplit=5)
        if len(words) < 6:
            raise Bad
    sets = [parse_field(word, *spec) for word, spec in zip(words, FIELDS)]
    either = not words[2].startswith("*") and not words[4].startswith("*")
    command = re.match(r"(?:\\%|[^%])*", words[5]).group().replace("\\%", "%").strip(" \t")
    return sets, either, command


def main():
    start, end = (datetime.strptime(word, "%Y-%m-%dT%H:%M") for word in sys.argv[2:4])
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().split("\n")
    jobs, status = [], 0
    for count, line in enumerate(lines, 1):
        line = line.strip(" \t")
        if not line or line.startswith("#") or re.match(r"[A-Za-z_][A-Za-z0-9_]*[ \t]*=", line):
            continue
        try:
            job = parse_line(line)
        except Bad:
            print(f"line {count}: bad", file=sys.stderr)
            status = 1
            continue
        if job:
            jobs.append(job)
    runs = []
    day = datetime(start.year, start.month, start.day)
    while day < end:
        for order, ((minutes, hours, days, months, weekdays), either, command) in enumerate(jobs):
            hits = (day.day in days, day.isoweekday() % 7 in weekdays)
            if day.month in months and (any(hits) if either else all(hits)):
                runs += [(day + timedelta(hours=h, minutes=m), order, command) for h in hours for m in minutes]
        day += timedelta(days=1)
    sys.stdout.reconfigure(encoding="utf-8")
    for moment, _, command in sorted(runs):
        if start <= moment < end:
            print(moment.strftime("%Y-%m-%dT%H:%M"), command, sep="\t")
    return status


sys.exit(main())
PY
chmod 0755 /app/cron-runs
/app/cron-runs /app/crontab 2024-02-25T00:00 2024-03-05T12:00 > /app/runs.tsv
