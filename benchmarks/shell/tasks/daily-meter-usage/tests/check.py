import os
import shutil
import stat
import time

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
        f.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace(target + ".new", target)


GEN = load("/tests/gen.py")
USAGE = GEN["build"]()[1]
METERS = sorted(USAGE, key=lambda m: int(m[1:]))


def one(tenths):
    return f"{tenths // 10}.{tenths % 10}"


def want():
    days = [d for u in USAGE.values() for d in u]
    rows = [["day"] + METERS]
    for d in range(min(days), max(days) + 1):
        rows.append([time.strftime("%Y-%m-%d", time.gmtime(GEN["BASE"] + d * 86400))] + [one(USAGE[m][d]) if d in USAGE[m] else "" for m in METERS])
    return rows


def got():
    lines = text("/app/usage.tsv").split("\n")
    need(lines.pop() == "", "the last line has no end")
    return [l.split("\t") for l in lines]


@check
def readings_are_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/usage.tsv")


@check
def days_and_meters():
    g, w = got(), want()
    same(g[0], w[0], "header")
    same([r[0] for r in g], [r[0] for r in w], "days")


@check
def usage_cells():
    same(got(), want(), "usage.tsv")


@check
def columns_add_up():
    g = got()
    for i, m in enumerate(METERS):
        same(sum(round(float(r[i + 1]) * 10) for r in g[1:] if r[i + 1]), sum(USAGE[m].values()), f"sum of {m}")


@check
def total():
    same(text("/app/total.txt").strip(), one(sum(sum(u.values()) for u in USAGE.values())), "total.txt")


finish()
