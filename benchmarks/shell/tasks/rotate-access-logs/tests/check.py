import gzip
import os
import re
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
T0 = 1700000000


def gz(data):
    return gzip.compress(data, mtime=5)


def make(root, files):
    """files: name -> (bytes, mode) ; the n-th file gets its own modification time."""
    os.makedirs(root)
    for i, (name, (data, mode)) in enumerate(files.items()):
        path = os.path.join(root, name)
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        os.utime(path, (T0 + i * 60, T0 + i * 60))


def state(root):
    """name -> (kind, content, mode, mtime); gzipped rotations also unpacked."""
    out = {}
    for name in os.listdir(root):
        path = os.path.join(root, name)
        st = os.lstat(path)
        if stat.S_ISLNK(st.st_mode):
            out[name] = ("link", os.readlink(path), 0, 0)
        elif stat.S_ISDIR(st.st_mode):
            out[name] = ("dir", tuple(sorted(os.listdir(path))), 0, 0)
        else:
            out[name] = ("file", read(path, 1 << 20), stat.S_IMODE(st.st_mode), int(st.st_mtime))
    return out


def expected(before, keep):
    out = dict(before)
    logs = [n for n, v in before.items() if n.endswith(".log") and v[0] == "file" and v[1]]
    for log in logs:
        rotations = {}
        for name, value in before.items():
            m = re.fullmatch(re.escape(log) + r"\.([1-9][0-9]*)(\.gz)?", name, re.S)
            if m and value[0] == "file":
                rotations[int(m[1])] = (value, bool(m[2]))
                del out[name]
        for n, (value, packed) in rotations.items():
            if n + 1 <= keep:
                out[f"{log}.{n + 1}.gz"] = value if packed else ("packed",) + value[1:]
        out[log + ".1"] = before[log]
        out[log] = ("fresh", b"", before[log][2], 0)
    return out


def compare(got, want, what):
    same(sorted(got), sorted(want), f"{what}: names")
    for name, w in want.items():
        g = got[name]
        if w[0] == "fresh":
            same((g[0], g[1], g[2]), ("file", b"", w[2]), f"{what}: new {name!r}")
        elif w[0] == "packed":
            need(g[1][:2] == b"\x1f\x8b", f"{what}: {name!r} is not gzipped")
            same((g[0], gzip.decompress(g[1]), g[2], g[3]), ("file",) + w[1:], f"{what}: {name!r}")
        else:
            same(g, w, f"{what}: {name!r}")


def rotate(root, keep, cwd="/"):
    code, out, err = run(["bash", "/app/rotate.sh", root, str(keep)], cwd)
    same((code, out), (0, b""), f"exit status and output ({err[:200]!r})")


def trial(files, keeps, extra=None, relative=False):
    read("/app/rotate.sh")
    base = scratch()
    try:
        root = os.path.join(base, "logs dir")
        make(root, files)
        if extra:
            extra(root)
        for round, keep in enumerate(keeps):
            before = state(root)
            if relative:
                rotate("./logs dir", keep, base)
            else:
                rotate(root, keep)
            compare(state(root), expected(before, keep), f"round {round + 1}")
            for name in sorted(n for n, v in before.items() if n.endswith(".log") and v[0] == "file"):
                path = os.path.join(root, name)
                with open(path, "ab") as f:
                    f.write(b"written after round %d\n" % round)
                os.utime(path, (T0 + 5000 + round, T0 + 5000 + round))
    finally:
        shutil.rmtree(base, ignore_errors=True)


@check
def shifts_past_ten():
    files = {"shop.log": (b"now\n", 0o640)}
    files["shop.log.1"] = (b"r1\n", 0o600)
    for n in range(2, 13):
        files[f"shop.log.{n}.gz"] = (gz(b"r%d\n" % n), 0o644)
    trial(files, [12])


@check
def gaps_leftovers_and_strangers():
    files = {"a.log": (b"now\n", 0o644), "a.log.2": (b"left plain\n", 0o604), "a.log.4.gz": (gz(b"r4\n"), 0o644), "a.log.5": (b"left plain too\n", 0o644),
             "a.log.9.gz": (gz(b"above\n"), 0o644), "a.log.01": (b"x\n", 0o644), "a.log.old": (b"x\n", 0o644), "a.log.2.gz.bak": (b"x\n", 0o644),
             "a.log.3.bz2": (b"x\n", 0o644), "aXlog.1": (b"x\n", 0o644), "ba.log.1": (b"x\n", 0o644), "a.log.1x": (b"x\n", 0o644), "a.log.0": (b"x\n", 0o644),
             "a.txt": (b"x\n", 0o644), "quiet.log": (b"", 0o600), "quiet.log.1": (b"q1\n", 0o644), "quiet.log.7.gz": (gz(b"q7\n"), 0o644)}
    trial(files, [6, 3])


@check
def odd_names():
    files = {}
    for name in ["-v w.log", "[ab].log", "a.log", "star*.log", "star1.log", "it's $HOME\\.log", "x.log.log", "x.log"]:
        files[name] = (name.encode() + b" now\n", 0o644)
        files[name + ".1"] = (name.encode() + b" r1\n", 0o644)
        files[name + ".2.gz"] = (gz(name.encode() + b" r2\n"), 0o644)
    trial(files, [3], relative=True)


@check
def repeated_runs():
    trial({"node.log": (b"first\n", 0o660), "node.log.1": (b"older\n", 0o644)}, [3, 3, 2, 1])


@check
def links_and_folders_are_left_alone():
    def extra(root):
        os.symlink("real.log", os.path.join(root, "current.log"))
        os.mkdir(os.path.join(root, "nested.log"))
        with open(os.path.join(root, "nested.log", "inner.log"), "w") as f:
            f.write("inner\n")
    trial({"real.log": (b"real\n", 0o644), "current.log.1": (b"c1\n", 0o644)}, [2], extra)


@check
def empty_folder_and_bad_folder():
    trial({}, [3])
    base = scratch()
    try:
        code, out, err = run(["bash", "/app/rotate.sh", os.path.join(base, "missing"), "3"])
        need(code != 0 and err and not out, "a missing folder is not reported")
        same(os.listdir(base), [], "a missing folder was made")
    finally:
        shutil.rmtree(base, ignore_errors=True)


finish()
