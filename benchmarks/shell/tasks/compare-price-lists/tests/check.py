import csv
import io
import os
import resource
import select
import shutil
import signal
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
HEADER = "change,sku,column,old,new\n"


def diff(old, new, code, rows=None, name_old="old list.csv", name_new="new.csv"):
    """rows None: an error is expected."""
    base = scratch()
    try:
        for name, data in ((name_old, old), (name_new, new)):
            if data is not None:
                with open(os.path.join(base, name), "wb") as f:
                    f.write(data if isinstance(data, bytes) else data.encode())
        need(os.access("/app/pricediff", os.X_OK) and os.path.isfile("/app/pricediff"), "/app/pricediff is not executable")
        got, out, err = run(["/app/pricediff", os.path.join(base, name_old), os.path.join(base, name_new)], base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    same(got, code, f"exit status ({err[-300:]!r})")
    if rows is None:
        need(out == b"" and err.strip(), "an error must be told on standard error only")
        return
    buf = io.StringIO()
    csv.writer(buf, lineterminator="\n").writerows(rows)
    same(out.decode("utf-8").split("\n"), (HEADER + buf.getvalue()).split("\n"), "output")


@check
def sample_pair():
    diff(GEN["OLD"], GEN["NEW"], 1, [("removed", "815", "", "", ""), ("changed", "A-9", "price", "12.00", "12.50"), ("added", "B-1", "", "", "")])


@check
def quoting_and_order():
    old = "price,sku,note,description\r\n1.0,10,\"two\r\nlines\",\"a,b\"\r\n2,9,x,y\r\n3,a,,\r\n4,\"Z, 1\",n,\u00e4\r\n5,\u00e9,n,n\r\n6,same,n,n\r\n"
    new = "\ufeffsku,description,price,stock,note\n\"10\",\"a,b\",1.00,7,\"two\nlines\"\na,,3,7,\" \"\n\"Z, 1\",\"\u00e4 \"\"q\"\"\",4,7,\"n\n\"\n\u00e9,N,5,7,n\nsame,n,\"6\",0,n\n\U0001f600,,,,\n\uff21,,,,\n"
    diff(old, new, 1, [
        ("changed", "10", "price", "1.0", "1.00"), ("changed", "10", "note", "two\r\nlines", "two\nlines"), ("removed", "9", "", "", ""), ("changed", "Z, 1", "note", "n", "n\n"),
        ("changed", "Z, 1", "description", "\u00e4", '\u00e4 "q"'), ("changed", "a", "note", "", " "), ("changed", "\u00e9", "description", "n", "N"),
        ("added", "\uff21", "", "", ""), ("added", "\U0001f600", "", "", "")])


@check
def no_difference():
    diff("\ufeffsku,price,old only\r\n\"1\",2,x\r\n", "price,sku,new only\n2,\"1\",\"y\"", 0, [])
    diff("sku\n", "sku,price\n", 0, [])


@check
def everything_added_or_removed():
    diff("sku,price\n", "sku,price\n2,1\n10,1\n", 1, [("added", "10", "", "", ""), ("added", "2", "", "", "")])
    diff("sku,price\n01,1\n1,1\n", "sku,price\n", 1, [("removed", "01", "", "", ""), ("removed", "1", "", "", "")])


@check
def errors_are_told():
    diff("sku,price\n1,1\n2,1\n1,2\n", "sku,price\n1,1\n", 2)
    diff("sku,price\n1,1\n", "article,price\n1,1\n", 2)
    diff("sku,price\n1,1\n", None, 2)
    diff("", "sku,price\n1,1\n", 2)
    diff("sku,price\n1,1\n9,9\n", "sku,price\n1,2\n3,1\n3,1\n", 2)


finish()
