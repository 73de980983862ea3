import datetime
import os
import shutil
import sqlite3
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


def scratch():
    path = "%s/check.%s" % ("/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else "/tmp", os.urandom(8).hex())
    os.mkdir(path, 0o700)
    return path


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
EMPTY = {"settings": [("today", "2024-02-29")], "branch": [(1, "A")], "member": [(1, "x"), (2, "x")], "book": [(1, "t", "g"), (2, "u", None)], "copy": [(1, 1, None)], "loan": []}
NULLS = {"settings": [("today", "2024-03-01")], "branch": [(1, "A"), (2, "B")], "member": [(1, "x"), (2, "y"), (3, "y")], "book": [(1, "t", "g"), (2, "t", "g")], "copy": [(1, 1, 1), (2, 2, 1), (3, 2, 1)],
         "loan": [(1, 1, None, "2024-01-01", "2024-01-02", None), (2, 2, 2, "2024-01-01", "2024-02-28", None), (3, 3, 3, "2024-01-01", "2024-02-28", None), (4, 1, 3, "2023-01-01", "2023-01-02", "2023-03-02"), (5, 3, 3, "2023-01-01", "2024-03-01", None)]}
DATA = [GEN["rows"](1), GEN["rows"](2), GEN["rows"](5, 90), EMPTY, NULLS]


def q1(d):
    seen = {l[2] for l in d["loan"]}
    return sorted([m for m in d["member"] if m[0] not in seen], key=lambda m: (m[1], m[0]))


def q2(d):
    out = {l[1] for l in d["loan"] if l[5] is None}
    rows = []
    for b, name in sorted(d["branch"], key=lambda b: b[1]):
        mine = [c[0] for c in d["copy"] if c[2] == b]
        n = sum(c in out for c in mine)
        rows.append((name, len(mine), n, n * 100 / len(mine) if mine else 0.0))
    return rows


def q3(d):
    today = datetime.date.fromisoformat(dict(d["settings"])["today"])
    fines = {}
    for l in d["loan"]:
        late = (today - datetime.date.fromisoformat(l[4])).days
        if l[5] is None and l[2] is not None and late > 0:
            n, f = fines.get(l[2], (0, 0))
            fines[l[2]] = (n + 1, f + min(500, 10 * late))
    names = dict(d["member"])
    return [(names[m], n, f) for m, (n, f) in sorted(fines.items(), key=lambda kv: (-kv[1][1], names[kv[0]], kv[0]))]


def q4(d):
    book_of = {c[0]: c[1] for c in d["copy"]}
    count = {}
    for l in d["loan"]:
        count[book_of[l[1]]] = count.get(book_of[l[1]], 0) + 1
    rows = []
    for g in sorted({b[2] for b in d["book"] if b[2] is not None}):
        mine = [b for b in d["book"] if b[2] == g]
        top = max(count.get(b[0], 0) for b in mine)
        if not top:
            rows.append((g, None, 0))
        else:
            rows += [(g, b[1], top) for b in sorted(mine, key=lambda b: (b[1], b[0])) if count.get(b[0], 0) == top]
    return rows


def run_query(n, want, near=None):
    sql = text(f"/app/q{n}.sql")
    need(len(sql) < 20000, "too long")
    base = scratch()
    try:
        for i, d in enumerate(DATA):
            path = os.path.join(base, f"{i}.db")
            GEN["make"](path, d)
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            stop = time.monotonic() + 1
            db.set_progress_handler(lambda: time.monotonic() > stop, 10000)
            got = db.execute(sql).fetchmany(5000)
            db.close()
            w = want(d)
            if near is not None:
                same(len(got), len(w), f"rows of database {i}")
                for g, x in zip(got, w):
                    same(g[:near], x[:near], f"database {i}")
                    need(len(g) == len(x) and type(g[near]) in (float, int) and abs(g[near] - x[near]) <= 0.0500001 and abs(g[near] * 10 - round(g[near] * 10)) < 1e-6, f"database {i}: {g} is not {x}")
            else:
                same(got, w, f"rows of database {i}")
    finally:
        shutil.rmtree(base, ignore_errors=True)


@check
def q1_never_borrowed():
    run_query(1, q1)


@check
def q2_branches():
    run_query(2, q2, 3)


@check
def q3_fines():
    run_query(3, q3)


@check
def q4_favourites():
    run_query(4, q4)


@check
def database_is_unchanged():
    read("/app/q1.sql")
    db = sqlite3.connect("file:/app/library.db?mode=ro", uri=True)
    for table, rows in DATA[0].items():
        same(db.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchmany(9999), sorted(rows) if table != "settings" else rows, table)
    db.close()


finish()
