import csv
import io
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
        f.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace(target + ".new", target)


GEN = load("/tests/gen.py")
LINES, ROUTES, BAD = GEN["build"]()


def want_rows():
    rows = []
    for route, (requests, errors, ms) in ROUTES.items():
        ms.sort()
        rows.append((route, requests, errors, str(ms[-(-len(ms) * 95 // 100) - 1]) if ms else ""))
    return sorted(rows, key=lambda r: (-r[1], r[0].encode()))


def got_rows():
    rows = list(csv.reader(io.StringIO(text("/app/routes.csv"), newline=""), strict=True))
    same(rows[0], ["route", "requests", "errors", "p95_ms"], "header")
    return rows[1:]


@check
def log_is_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/routes.csv")


@check
def counts_per_route():
    got = {r[0]: (r[1], r[2]) for r in got_rows()}
    same(got, {r[0]: (str(r[1]), str(r[2])) for r in want_rows()}, "requests and errors")


@check
def percentiles():
    got = {r[0]: r[3] for r in got_rows()}
    same(got, {r[0]: r[3] for r in want_rows()}, "p95_ms")


@check
def whole_report():
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("route", "requests", "errors", "p95_ms")] + want_rows())
    same(text("/app/routes.csv").split("\n"), out.getvalue().split("\n"), "routes.csv")


@check
def bad_lines():
    same(read("/app/bad.log").split(b"\n"), [b.encode() for b in BAD] + [b""], "bad.log")
    need(sum(int(r[1]) for r in got_rows()) + len(BAD) < len(LINES), "probes were counted")


finish()
