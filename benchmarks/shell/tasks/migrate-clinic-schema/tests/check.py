import os
import resource
import select
import shutil
import signal
import sqlite3
import stat
import time

LIMIT = 8 << 20
CHECKS = []
START = time.monotonic()


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


def reap():
    """Ends whatever a program under test left running."""
    while True:
        pids = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", "rb") as f:
                        if int(f.read().rsplit(b")", 1)[1].split()[1]) == os.getpid():
                            pids.append(int(entry))
                except (OSError, ValueError, IndexError):
                    pass
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        for pid in pids:
            try:
                os.waitpid(pid, 0)
            except OSError:
                pass


def subreaper():
    import ctypes
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def spawn(argv, descriptors, cwd, env):
    """Starts a program in a session of its own. The module subprocess is not used: its import takes as long as many a program."""
    here = os.getcwd()
    os.chdir(cwd)
    try:
        return os.posix_spawnp(
            argv[0], argv, env, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(descriptors)],
            setsid=True, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    finally:
        os.chdir(here)


def spare():
    """A file without a name, for what a program reads or writes."""
    return os.fdopen(os.memfd_create("spare"), "w+b")


def run(argv, cwd="/", stdin=b"", timeout=5.0):
    """Runs a program of the agent: clean environment, bounded time and output. Returns (code, stdout, stderr)."""
    left = 12.0 - (time.monotonic() - START)
    need(left > 0, "the time for running programs is used up")
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 << 20, 32 << 20))  # these are inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    with spare() as i, spare() as o, spare() as e:
        i.write(stdin)
        i.seek(0)
        child = spawn(argv, [i.fileno(), o.fileno(), e.fileno()], cwd, env)
        code = None
        try:
            watch = os.pidfd_open(child)
            ended = select.select([watch], [], [], min(timeout, left))[0]
            os.close(watch)
            need(ended, f"{argv[0]} did not end in time")
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        finally:
            try:
                os.killpg(child, signal.SIGKILL)
            except OSError:
                pass
            reap()
        out = []
        for f in (o, e):
            f.seek(0)
            out.append(f.read(LIMIT))
    return code, out[0], out[1]


def scratch():
    # In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
    path = "/tmp/check.%s" % os.urandom(8).hex()
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


subreaper()
GEN = load("/tests/gen.py")
V1, V2 = text("/tests/v1.sql"), text("/tests/v2.sql")


def dump(path):
    db = sqlite3.connect(path)
    out = [db.execute("PRAGMA user_version").fetchone()] + list(db.iterdump())
    db.close()
    return out


def truth(data):
    visits, payments, deleted = data
    fee, doc, paid = dict(GEN["FEES"]), dict(GEN["DOCTORS"]), dict(GEN["PAID"])
    patients, doctors, out = {}, {}, []
    for i, name, born, doctor, at, f, notes in sorted(visits):
        born = "-".join(reversed(born.split("."))) if born else None
        p = patients.setdefault((name.strip(" "), born), len(patients) + 1)
        d = doc[doctor]
        if d is not None:
            d = doctors.setdefault(d, (len(doctors) + 1, doctor.strip(" ")))[0]
        out.append((i, p, d, at, fee[f], notes))
    return {"patient": [(i, n, b) for (n, b), i in patients.items()], "doctor": list(doctors.values()), "visit": out,
            "payment": sorted((i, v, paid[p], o) for i, v, p, o in payments), "deleted_visit": sorted(deleted, key=lambda r: r[0])}


def shape(db):
    """What the schema means, without regard to its spelling."""
    out = {}
    for kind, name, table in db.execute("SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'").fetchmany(200):
        out[kind, name] = table
        if kind == "table":
            out["columns", name] = db.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
            out["references", name] = sorted(r[2:] for r in db.execute(f'PRAGMA foreign_key_list("{name}")').fetchall())
        if kind == "index":
            out["keys", name] = db.execute(f'PRAGMA index_xinfo("{name}")').fetchall()
    return out


def migrate(path):
    need(os.path.isfile("/app/migrate") and os.access("/app/migrate", os.X_OK), "/app/migrate is not executable")
    return run(["/app/migrate", path], os.path.dirname(path))


def trial(data, twice=False):
    base = scratch()
    try:
        path, fresh = os.path.join(base, "the clinic.db"), os.path.join(base, "fresh.db")
        GEN["make"](path, data, V1)
        code, _, err = migrate(path)
        same(code, 0, f"exit status ({err[-300:]!r})")
        first = dump(path) if twice else None
        db, other = sqlite3.connect(path), sqlite3.connect(fresh)
        other.executescript(V2)
        same(db.execute("PRAGMA user_version").fetchone(), (2,), "user_version")
        same(shape(db), shape(other), "schema")
        for table, rows in truth(data).items():
            got = db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchmany(9999)
            same([[(type(x), x) for x in r] for r in got], [[(type(x), x) for x in r] for r in rows], table)
        same(db.execute("PRAGMA integrity_check").fetchmany(3), [("ok",)], "integrity_check")
        same(db.execute("PRAGMA foreign_key_check").fetchmany(3), [], "foreign_key_check")
        # a second time nothing happens
        db.close()
        if twice:
            code, _, err = migrate(path)
            same((code, dump(path)), (0, first), f"second run ({err[-300:]!r})")
        # and it behaves
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        other.executemany("INSERT INTO patient VALUES (?,?,?)", truth(data)["patient"])
        other.executemany("INSERT INTO doctor VALUES (?,?)", truth(data)["doctor"])
        other.executemany("INSERT INTO visit VALUES (?,?,?,?,?,?)", truth(data)["visit"])
        other.executemany("INSERT INTO payment VALUES (?,?,?,?)", truth(data)["payment"])
        view = "SELECT visit_id, patient, open_cents FROM open_fees ORDER BY 1"
        same(db.execute(view).fetchmany(9999), other.execute(view).fetchall(), "open_fees")
        other.close()
        db.execute("INSERT INTO patient VALUES (100000, 'New', NULL)")
        new = db.execute("INSERT INTO visit (patient_id, at, fee_cents) VALUES (100000, 'now', 5)").lastrowid
        need(new > max([r[0] for r in data[0]] + [r[0] for r in data[2]]), f"the next visit gets the used id {new}")
        db.execute("INSERT INTO payment VALUES (100000, ?, 5, 'now')", (new,))
        db.execute("DELETE FROM visit WHERE id = ?", (new,))
        same(db.execute("SELECT count(*) FROM payment WHERE id = 100000").fetchone(), (0,), "payments of a deleted visit")
        same(db.execute("SELECT patient_name FROM deleted_visit WHERE visit_id = ?", (new,)).fetchall(), [("New",)], "deleted_visit")
        for bad in ("INSERT INTO visit (patient_id, at, fee_cents) VALUES (100000, 'x', -1)", "INSERT INTO visit (patient_id, at, fee_cents) VALUES (100001, 'x', 1)", "INSERT INTO payment VALUES (1, 123456789, 1, 'x')"):
            try:
                db.execute(bad)
            except sqlite3.IntegrityError:
                continue
            raise Fail(f"accepted: {bad}")
        db.close()
    finally:
        shutil.rmtree(base, ignore_errors=True)


@check
def example_is_untouched():
    base = scratch()
    try:
        GEN["make"](base + "/x.db", GEN["rows"](1, 40), V1)
        same(dump("/app/clinic.db"), dump(base + "/x.db"), "clinic.db")
        need(text("/app/v1.sql") == V1 and text("/app/v2.sql") == V2, "the schema files were changed")
        need(os.path.isfile("/app/migrate"), "no /app/migrate")
    finally:
        shutil.rmtree(base, ignore_errors=True)


@check
def migrates_databases():
    trial(GEN["rows"](1, 40), twice=True)
    trial(GEN["rows"](2, 300))


@check
def migrates_an_empty_one():
    trial(([], [], [(7, "Gone")]), twice=True)


@check
def bad_values_change_nothing():
    good = GEN["rows"](3, 20)
    for column, value in ((5, "12,505"), (5, "-3,00"), (5, ""), (2, "31.02.2020"), (2, "1980-02-01")):
        visits = [list(v) for v in good[0]]
        visits[-1][column] = value
        base = scratch()
        try:
            path = base + "/c.db"
            GEN["make"](path, (visits, good[1], good[2]), V1)
            before = dump(path)
            code, _, err = migrate(path)
            need(code != 0 and err.strip(), f"{value!r} is accepted")
            same(dump(path), before, f"content after a failure because of {value!r}")
        finally:
            shutil.rmtree(base, ignore_errors=True)


@check
def other_failures():
    base = scratch()
    try:
        code, _, err = migrate(base + "/missing.db")
        need(code != 0 and err.strip() and os.listdir(base) == [], "a missing file")
        with open(base + "/text.db", "w") as f:
            f.write("not a database, but long enough to look like something else" * 20)
        code, _, err = migrate(base + "/text.db")
        need(code != 0 and err.strip(), "a file that is no database")
        GEN["make"](base + "/v3.db", GEN["rows"](4, 5), V1)
        db = sqlite3.connect(base + "/v3.db")
        db.execute("PRAGMA user_version = 3")
        db.close()
        before = dump(base + "/v3.db")
        code, _, err = migrate(base + "/v3.db")
        need(code != 0 and err.strip(), "a database of version 3")
        same(dump(base + "/v3.db"), before, "content of a database of version 3")
    finally:
        shutil.rmtree(base, ignore_errors=True)


finish()
