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
OTHER = "INSERT INTO product VALUES (5, 'a'), (6, 'b'), (7, 'c'); INSERT INTO movement VALUES (10, 5, 'in', 3, 0), (11, 6, 'in', 8, 0), (12, 6, 'out', 2, 0);"
BALANCE = """SELECT p.id, coalesce(sum(CASE WHEN m.voided THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
             FROM product p LEFT JOIN movement m ON m.product_id = p.id GROUP BY p.id ORDER BY p.id"""


class Store:
    def __init__(self, content=GEN["STORE"], times=1):
        read("/app/stock.sql", 200000)
        self.base = scratch()
        path = self.base + "/s.db"
        GEN["make"](path, content)
        for _ in range(times):
            with open("/app/stock.sql", "rb") as f:
                code, out, err = run(["/usr/bin/sqlite3", "-bail", path], stdin=f.read())
            need(code == 0 and not err, f"the script fails: {err[:200]!r}")
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA foreign_keys = ON")
        stop = time.monotonic() + 2
        self.db.set_progress_handler(lambda: time.monotonic() > stop, 10000)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def right(self, what):
        same(self.db.execute("SELECT product_id, on_hand FROM stock ORDER BY 1").fetchmany(500), self.db.execute(BALANCE).fetchall(), f"stock after {what}")

    def all(self):
        return [self.db.execute(f"SELECT * FROM {t} ORDER BY 1").fetchmany(500) for t in ("product", "movement", "stock")]

    def do(self, sql):
        self.db.execute(sql)
        self.right(sql)

    def refuse(self, sql, message="insufficient stock"):
        before = self.all()
        try:
            self.db.execute(sql)
        except sqlite3.IntegrityError as e:
            need(message in str(e), f"{sql}: {e}")
        else:
            raise Fail(f"not refused: {sql}")
        same(self.all(), before, f"content after a refused {sql}")


@check
def script_brings_order():
    for content in (GEN["STORE"], OTHER, ""):
        for times in (1, 2):
            with Store(content, times) as s:
                s.right("applying the script")
                fresh = sqlite3.connect(":memory:")
                fresh.executescript(GEN["SCHEMA"] + content)
                for t in ("product", "movement"):
                    same(s.db.execute(f"SELECT * FROM {t} ORDER BY 1").fetchmany(500), fresh.execute(f"SELECT * FROM {t} ORDER BY 1").fetchall(), t)
                same(s.db.execute("SELECT name, sql FROM sqlite_schema WHERE type <> 'trigger' AND sql NOT NULL ORDER BY 1").fetchmany(50), fresh.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY 1").fetchall(), "schema")
                same(s.db.execute("SELECT name FROM sqlite_temp_schema").fetchmany(5), [], "temporary things")


@check
def a_changed_balance_is_repaired_again():
    with Store(GEN["STORE"]) as s:
        s.db.execute("UPDATE stock SET on_hand = 5")
        s.db.execute("DELETE FROM stock WHERE product_id = 2")
        with open("/app/stock.sql", "rb") as f:
            code, _, err = run(["/usr/bin/sqlite3", "-bail", s.base + "/s.db"], stdin=f.read())
        need(code == 0, f"applied again: {err[:200]!r}")
        s.right("applying the script again")
        s.do("INSERT INTO movement VALUES (50, 2, 'in', 4, 0)")


@check
def ordinary_changes():
    with Store(times=2) as s:
        for sql in ("INSERT INTO movement (product_id, kind, qty) VALUES (1, 'in', 5)", "INSERT INTO movement (product_id, kind, qty) VALUES (1, 'out', 30), (4, 'out', 9), (9, 'in', 2), (9, 'out', 2)",
                    "UPDATE movement SET qty = 12 WHERE id = 2", "UPDATE movement SET voided = 0 WHERE id = 5", "UPDATE movement SET voided = 1 WHERE id = 2", "UPDATE movement SET kind = 'in' WHERE id = 8",
                    "UPDATE movement SET product_id = 9 WHERE id = 8", "UPDATE movement SET id = id + 1000", "DELETE FROM movement WHERE kind = 'out'", "INSERT INTO product VALUES (20, 'pump'), (21, 'lock')",
                    "INSERT INTO movement SELECT id + 5000, 20, 'in', qty, voided FROM movement", "DELETE FROM product WHERE id = 21", "UPDATE product SET id = 30 WHERE id = 20", "UPDATE product SET id = 31, name = 'lamp 2' WHERE id = 9",
                    "UPDATE movement SET product_id = 1, kind = 'in', qty = qty + 1, voided = 0", "DELETE FROM movement", "DELETE FROM product"):
            s.do(sql)


@check
def replacing():
    with Store() as s:
        s.do("INSERT OR REPLACE INTO movement VALUES (1, 1, 'in', 50, 0)")
        s.do("INSERT OR REPLACE INTO movement VALUES (8, 1, 'in', 7, 0)")
        s.do("INSERT OR REPLACE INTO movement VALUES (6, 4, 'in', 3, 0), (60, 4, 'out', 3, 0), (60, 3, 'in', 3, 0)")
        s.do("REPLACE INTO movement SELECT id, product_id, kind, qty + 1, voided FROM movement WHERE kind = 'in'")
        s.refuse("INSERT OR REPLACE INTO movement VALUES (1, 1, 'in', 1, 0)")
        s.refuse("INSERT OR REPLACE INTO movement VALUES (3, 9, 'in', 10, 0)")


@check
def too_little_stock():
    with Store() as s:
        for sql in ("INSERT INTO movement (product_id, kind, qty) VALUES (1, 'out', 26)", "INSERT INTO movement (product_id, kind, qty) VALUES (4, 'out', 99), (4, 'out', 1)", "INSERT INTO movement (product_id, kind, qty) VALUES (9, 'out', 1)",
                    "UPDATE movement SET qty = 41 WHERE id = 2", "UPDATE movement SET product_id = 9 WHERE id = 2", "UPDATE movement SET product_id = 1 WHERE id = 3", "UPDATE movement SET kind = 'out' WHERE id = 1", "UPDATE movement SET voided = 1 WHERE id = 3",
                    "DELETE FROM movement WHERE id = 3", "DELETE FROM movement WHERE kind = 'in'"):
            s.refuse(sql)
        s.do("INSERT INTO movement (product_id, kind, qty) VALUES (1, 'out', 25)")
        s.do("INSERT INTO movement (product_id, kind, qty, voided) VALUES (1, 'out', 500, 1)")
        s.refuse("UPDATE movement SET voided = 0 WHERE qty = 500")


@check
def other_constraints_still_work():
    with Store() as s:
        s.refuse("INSERT INTO movement VALUES (1, 4, 'in', 5, 0)", "UNIQUE constraint failed: movement.id")
        s.refuse("INSERT INTO movement VALUES (100, 5, 'in', 5, 0)", "FOREIGN KEY constraint failed")
        s.refuse("INSERT INTO movement VALUES (101, 1, 'in', 0, 0)", "CHECK constraint failed")
        s.refuse("DELETE FROM product WHERE id = 1", "FOREIGN KEY constraint failed")
        s.refuse("INSERT INTO product VALUES (50, 'bell')", "UNIQUE constraint failed: product.name")
        s.do("INSERT OR IGNORE INTO movement VALUES (1, 4, 'in', 5, 0)")
        s.do("BEGIN")
        s.db.execute("INSERT INTO movement VALUES (200, 4, 'in', 5, 0)")
        s.do("ROLLBACK")


finish()
