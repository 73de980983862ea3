import os
import shutil
import sqlite3
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


def fold(email):
    if email is None or not email.strip(" "):
        return None
    return "".join(c.lower() if c.isascii() else c for c in email.strip(" "))


def truth():
    d = {t: [list(r) for r in rs] for t, rs in GEN["rows"]().items()}
    groups, to = {}, {}
    for c in d["customer"]:
        groups.setdefault(fold(c[2]) or c[0], []).append(c)
    for g in groups.values():
        for c in g:
            to[c[0]] = g[0][0]
    customers = []
    for k, g in groups.items():
        s = list(g[0])
        if len(g) > 1:
            for i in (1, 3, 4):
                s[i] = next((c[i] for c in g if c[i]), s[i])
            s[2], s[5] = k, min(c[5] for c in g)
            s[6] = next((c[6] for c in g if c[6] is not None), None)
        s[6] = to[s[6]] if s[6] is not None else None
        if s[6] == s[0]:
            s[6] = None
        customers.append(tuple(s))
    invoices = [(i, to[c], x, y) for i, c, x, y in d["invoice"]]
    best = {}
    for i, c, kind, street in sorted(d["address"], key=lambda a: a[1]):
        best.setdefault((to[c], kind), (i, to[c], kind, street))
    letters = {}
    for c, o in d["newsletter"]:
        letters[to[c]] = min(o, letters.get(to[c], 1))
    return {"customer": sorted(customers), "invoice": sorted(invoices), "address": sorted(best.values()), "newsletter": sorted(letters.items()),
            "merge_log": sorted((a, b) for a, b in to.items() if a != b), "invoice_audit": [(3, "deleted")]}


WANT = truth()


def connect():
    """A copy, so that whatever state the file is in does not matter to the next check."""
    base = scratch()
    with open(base + "/crm.db", "wb") as f:
        f.write(read("/app/crm.db"))
    for extra in ("-wal", "-journal"):
        if os.path.lexists("/app/crm.db" + extra):
            with open(base + "/crm.db" + extra, "wb") as f:
                f.write(read("/app/crm.db" + extra))
    return base, sqlite3.connect(base + "/crm.db")


def tables(*names):
    base, db = connect()
    try:
        for n in names:
            same(db.execute(f"SELECT * FROM {n} ORDER BY 1").fetchmany(5000), WANT[n], n)
    finally:
        db.close()
        shutil.rmtree(base, ignore_errors=True)


def merged():
    tables("merge_log")


@check
def customers():
    tables("customer")


@check
def invoices_are_all_there():
    tables("invoice", "invoice_audit", "merge_log")


@check
def addresses():
    tables("address")


@check
def newsletter():
    tables("newsletter")


@check
def log_of_the_merge():
    merged()


@check
def schema_and_integrity():
    merged()
    base, db = connect()
    try:
        fresh = base + "/fresh.db"
        GEN["make"](fresh)
        other = sqlite3.connect(fresh)
        sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> 'sqlite_stat1' ORDER BY type, name"
        same(db.execute(sql).fetchmany(100), other.execute(sql).fetchall(), "schema")
        other.close()
        same(db.execute("PRAGMA foreign_key_check").fetchmany(5), [], "violated foreign keys")
        same(db.execute("PRAGMA integrity_check").fetchmany(5), [("ok",)], "integrity_check")
    finally:
        db.close()
        shutil.rmtree(base, ignore_errors=True)


finish()
