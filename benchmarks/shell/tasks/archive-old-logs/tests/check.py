import os
import re
import shutil
import stat
import tarfile

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
OLD, KEPT = {}, {}
for name, mode, mtime, data in GEN["ITEMS"]:
    m = re.search(r"-(\d{4}-\d\d)-(\d\d)\.log\Z", name)
    if m and not isinstance(data, tuple) and f"{m[1]}-{m[2]}" < "2024-03-15":
        OLD.setdefault(m[1], {})[name] = (mode, mtime, data.encode())
    else:
        KEPT[name] = (mode, mtime, data if isinstance(data, tuple) else data.encode())


def members(month):
    found = {}
    read(f"/app/archive/{month}.tar.gz", 1 << 20)
    with tarfile.open(f"/app/archive/{month}.tar.gz", "r:gz") as tar:
        for i, m in enumerate(tar):
            need(i < 100 and m.size < 10000, f"{month}: too much in it")
            need(m.isreg(), f"{month}: {m.name!r} is not a plain file")
            need(m.name not in found, f"{month}: {m.name!r} twice")
            found[m.name] = (m.mode & 0o7777, int(m.mtime), tar.extractfile(m).read())
    return found


@check
def exactly_the_right_archives():
    same(sorted(os.listdir("/app/archive")), sorted(f"{m}.tar.gz" for m in OLD), "/app/archive")


@check
def archives_hold_the_expired_logs():
    for month, want in OLD.items():
        same(members(month), want, month)


@check
def spool_holds_the_rest():
    found = set()
    for base, dirs, names in os.walk("/app/spool"):
        for n in names:
            found.add(os.path.relpath(os.path.join(base, n), "/app/spool"))
        need(len(found) < 200, "too many files")
    same(sorted(found), sorted(KEPT), "/app/spool")
    need(os.path.isdir("/app/archive"), "no archive")


@check
def what_stays_is_unchanged():
    for name, (mode, mtime, data) in KEPT.items():
        path = os.path.join("/app/spool", name)
        if isinstance(data, tuple):
            same(os.readlink(path), data[1], name)
            continue
        same(read(path, 10000), data, name)
        st = os.lstat(path)
        same((stat.S_IMODE(st.st_mode), int(st.st_mtime)), (mode, mtime), name)
    need(os.path.isdir("/app/archive"), "no archive")


@check
def folders_stay():
    for name in list(KEPT) + [n for m in OLD.values() for n in m]:
        need(os.path.isdir(os.path.dirname(os.path.join("/app/spool", name))), f"the folder of {name!r} is gone")
    need(not os.path.lexists("/app/spool/only old/sub/peak-2023-11-05.log"), "an expired log is still there")


finish()
