#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import glob, os, re

os.chdir("/app/jobs")


def read(path, job):
    with open(path, encoding="utf-8", newline="") as file:
        content = re.sub(r"\\\n", " ", file.read().replace("\r\n", "\n"))
    for line in content.split("\n"):
        line = line.strip()
        if not line or line[0] in "#;[":
            continue
        key, value = (part.strip() for part in line.split("=", 1))
        if key == "Minutes":
            job[key] = int(value)
        else:
            job[key] = job[key] + value.split() if value else []


jobs = {}
for path in glob.glob("*.job"):
    if os.path.islink(path) and os.readlink(path) == "/dev/null" or not os.path.isfile(path):
        continue
    job = {"Minutes": 0, "After": [], "Requires": []}
    for part in [path] + sorted(glob.glob(glob.escape(path) + ".d/*.conf"), key=os.fsencode):
        read(part, job)
    jobs[path[:-4]] = job


def before(name):
    """Everything that the job comes after, by any number of steps."""
    seen, todo = set(), [name]
    while todo:
        for other in jobs[todo.pop()]["After"]:
            if other in jobs and other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


blocked = {name: "cycle" for name in jobs if name in before(name)}
while True:
    more = [name for name in jobs if name not in blocked and any(other not in jobs or other in blocked for other in jobs[name]["Requires"])]
    if not more:
        break
    blocked.update((name, "requires") for name in more)
ends = {}


def end(name):
    if name not in ends:
        ends[name] = max((end(other) for other in jobs[name]["After"] if other in jobs and other not in blocked), default=0) + jobs[name]["Minutes"]
    return ends[name]


plan = sorted((end(name) - jobs[name]["Minutes"], os.fsencode(name), end(name)) for name in jobs if name not in blocked)
with open("/app/plan.tsv", "w") as file:
    for start, name, stop in plan:
        print(start, stop, os.fsdecode(name), sep="\t", file=file)
with open("/app/blocked.tsv", "w") as file:
    for name in sorted(blocked, key=os.fsencode):
        print(name, blocked[name], sep="\t", file=file)
PY
