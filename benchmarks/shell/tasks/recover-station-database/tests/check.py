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
FILES, TABLES, LOST = GEN["build"]()


def connect():
    base = scratch()
    with open(base + "/s.db", "wb") as f:
        f.write(read("/app/station.db"))
    return base, sqlite3.connect(base + "/s.db")


def table(name, columns="*"):
    base, db = connect()
    try:
        got = db.execute(f"SELECT {columns} FROM main.{name} NOT INDEXED ORDER BY 1").fetchmany(9999)
    finally:
        db.close()
        shutil.rmtree(base, ignore_errors=True)
    return got


@check
def evidence_is_untouched():
    pristine(FILES, "/app")
    same(sorted(os.listdir("/app/evidence")), sorted(n[9:] for n in FILES), "/app/evidence")
    read("/app/station.db")


@check
def readings():
    got, want = {r[0]: r for r in table("reading")}, {r[0]: r for r in TABLES["reading"]}
    same(got, want, "reading")


@check
def sensors_and_journals():
    same(table("sensor"), TABLES["sensor"], "sensor")
    same(table("corrected", "rowid, *"), TABLES["corrected"], "corrected")
    same(table("removed"), TABLES["removed"], "removed")


@check
def lost_readings():
    same(text("/app/lost.txt").split("\n"), [str(i) for i in LOST] + [""], "lost.txt")


@check
def healthy_with_the_same_schema():
    base, db = connect()
    try:
        other = sqlite3.connect(":memory:")
        other.executescript(GEN["SCHEMA"])
        sql = "SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"
        same(db.execute(sql).fetchmany(100), other.execute(sql).fetchall(), "schema")
        for t in ("sensor", "reading", "corrected", "removed"):
            for pragma in ("table_xinfo", "foreign_key_list"):
                same(db.execute(f"PRAGMA {pragma}({t})").fetchmany(50), other.execute(f"PRAGMA {pragma}({t})").fetchall(), f"{pragma} of {t}")
        squeeze = lambda rows: ["".join(r[0].lower().split()) for r in rows]
        sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
        same(squeeze(db.execute(sql).fetchmany(9)), squeeze(other.execute(sql).fetchall()), "triggers")
        same(db.execute("PRAGMA integrity_check").fetchmany(3), [("ok",)], "integrity_check")
        same(db.execute("PRAGMA foreign_key_check").fetchmany(3), [], "foreign_key_check")
    finally:
        db.close()
        shutil.rmtree(base, ignore_errors=True)


finish()
