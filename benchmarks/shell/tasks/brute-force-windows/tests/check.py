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
HEADER = ["address", "first_alert", "peak", "failures", "compromised"]


def truth():
    fails, first, accepted = {}, {}, {}
    for i, (t, ip, kind, n, user) in enumerate(GEN["events"]()):
        if kind == "F":
            for _ in range(abs(n)):
                f = fails.setdefault(ip, [])
                f.append(t)
                if ip not in first and len(f) >= 8 and f[-1] - f[-8] <= 600:
                    first[ip] = (t, i)
        elif kind.startswith("Accepted"):
            accepted.setdefault(ip, []).append(i)
    rows = []
    for ip in sorted(first, key=lambda a: [int(x) for x in a.split(".")]):
        f = fails[ip]
        peak = max(sum(1 for x in f[i:] if x - f[i] <= 600) for i in range(len(f)))
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(GEN["BASE"] + first[ip][0]))
        rows.append([ip, stamp, str(peak), str(len(f)), "yes" if any(i > first[ip][1] for i in accepted.get(ip, [])) else "no"])
    return rows


def got():
    lines = text("/app/alerts.tsv").split("\n")
    need(lines.pop() == "", "the last line has no end")
    rows = [l.split("\t") for l in lines]
    same(rows[0], HEADER, "header")
    need(all(len(r) == 5 for r in rows), "a line has not five fields")
    return rows[1:]


@check
def log_is_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/alerts.tsv")


@check
def addresses_in_order():
    same([r[0] for r in got()], [r[0] for r in truth()], "addresses")


@check
def first_alerts():
    same({r[0]: r[1] for r in got()}, {r[0]: r[1] for r in truth()}, "first_alert")


@check
def peaks_and_totals():
    same({r[0]: (r[2], r[3]) for r in got()}, {r[0]: (r[2], r[3]) for r in truth()}, "peak and failures")


@check
def break_ins():
    same({r[0]: r[4] for r in got()}, {r[0]: r[4] for r in truth()}, "compromised")


finish()
