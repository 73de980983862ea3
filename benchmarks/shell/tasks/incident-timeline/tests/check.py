import json
import os
import shutil
import stat

LIMIT = 8 << 20
CHECKS = []


class Fail(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Fail(why)


def check(function):
    CHECKS.append(function)
    return function


def read(path, limit=LIMIT):
    """The bytes of a regular file; whatever else is there is a failure, never a hang."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as f:
        need(stat.S_ISREG(os.fstat(fd).st_mode), f"{path} is not a regular file")
        data = f.read(limit + 1)
    need(len(data) <= limit, f"{path} is too large")
    return data


def text(path):
    return read(path).decode("utf-8")


def load(path):
    space = {"__name__": "loaded", "__file__": path}
    with open(path, encoding="utf-8") as f:
        exec(compile(f.read(), path, "exec"), space)
    return space


def same(got, want, what):
    """Equality with a short account of the first difference."""
    if got == want:
        return
    if isinstance(got, (list, tuple)) and isinstance(want, (list, tuple)):
        for i, (g, w) in enumerate(zip(got, want)):
            if g != w:
                raise Fail(f"{what}: item {i + 1} is {str(g)[:200]!r}, not {str(w)[:200]!r}")
        raise Fail(f"{what}: {len(got)} items, not {len(want)}")
    if isinstance(got, dict) and isinstance(want, dict):
        for k in want:
            if k not in got:
                raise Fail(f"{what}: {str(k)[:200]!r} is missing")
            if got[k] != want[k]:
                raise Fail(f"{what}: {str(k)[:100]!r} is {str(got[k])[:200]!r}, not {str(want[k])[:200]!r}")
        raise Fail(f"{what}: unexpected {sorted(map(str, set(got) - set(want)))[:3]}")
    raise Fail(f"{what}: {str(got)[:200]!r}, not {str(want)[:200]!r}")


def pristine(files, root):
    """Every original file still has its original bytes."""
    for name, data in files.items():
        need(read(os.path.join(root, name), max(LIMIT, len(data))) == data, f"{name} was changed")


def finish():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
            print(f"pass {function.__name__}")
        except BaseException as e:  # odd files of any kind are a failed check, never a crash
            print(f"FAIL {function.__name__}: {type(e).__name__}: {str(e)[:400]}".encode("ascii", "backslashreplace").decode())
    target = "/logs/verifier/reward.json"
    if os.path.isdir(target) and not os.path.islink(target):
        shutil.rmtree(target, ignore_errors=True)
    with open(target + ".new", "w") as f:
        json.dump({"reward": int(passed == len(CHECKS)), "checks_passed": passed, "checks": len(CHECKS)}, f)
    os.replace(target + ".new", target)


GEN = load("/tests/gen.py")
FILES = GEN["files"]()


def truth():
    ev, _ = GEN["events"]()
    ids = []  # the order of the app's file is the order of first arrival
    for line in FILES["evidence/app.jsonl"].decode().splitlines():
        n = int(json.loads(line)["id"][2:])
        if n not in ids:
            ids.append(n)
    ev["app"].sort(key=lambda e: ids.index(e[4]))
    rows = []
    for rank, source in enumerate(("edge", "app", "db")):
        for i, (ms, level, msg, raw, _) in enumerate(ev[source]):
            if level and 600000 <= ms < 6000000:
                rows.append((ms, rank, i, {"t": GEN["iso"](ms) + ".%03dZ" % (ms % 1000), "source": source, "level": level, "message": " ".join(msg.split())}))
    rows.sort(key=lambda r: r[:3])
    return rows


ROWS = truth()


def got():
    lines = text("/app/timeline.jsonl").split("\n")
    need(lines.pop() == "", "the last line has no end")
    return [json.loads(l) for l in lines]


@check
def evidence_is_untouched():
    pristine(FILES, "/app")
    same(sorted(os.listdir("/app/evidence")), sorted(n[9:] for n in FILES), "/app/evidence")
    read("/app/timeline.jsonl")


@check
def edge_events():
    same([e for e in got() if e["source"] == "edge"], [r[3] for r in ROWS if r[1] == 0], "edge")


@check
def app_events():
    same([e for e in got() if e["source"] == "app"], [r[3] for r in ROWS if r[1] == 1], "app")


@check
def db_events():
    same([e for e in got() if e["source"] == "db"], [r[3] for r in ROWS if r[1] == 2], "db")


@check
def whole_timeline():
    g = got()
    need([e["t"] for e in g] == sorted(e["t"] for e in g), "not in the order of time")
    same(g, [r[3] for r in ROWS], "timeline")


@check
def summary():
    first = {"edge": None, "app": None, "db": None}
    levels = {"warning": 0, "error": 0, "critical": 0}
    for _, _, _, e in ROWS:
        levels[e["level"]] += 1
        if e["level"] == "critical" and first[e["source"]] is None:
            first[e["source"]] = e["t"]
    silence = max(b[0] - a[0] for a, b in zip(ROWS, ROWS[1:]))
    same(json.loads(text("/app/summary.json")), {"events": len(ROWS), "levels": levels, "first_critical": first, "longest_silence_ms": silence}, "summary.json")


finish()
