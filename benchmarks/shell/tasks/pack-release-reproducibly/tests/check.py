"""Does the packer give one and the same right archive for trees that are the same but for what does not count?"""
import gzip
import io
import os
import resource
import select
import shutil
import signal
import stat
import tarfile
import time
import zlib

RESULTS = []
# Programs of a hostile agent may hang again and again; after this moment none is waited for.
DEADLINE = time.monotonic() + 14


def check(function):
    """Runs one check at once. Whatever goes wrong in it is a failure, never a crash."""
    try:
        good = bool(function())
        note = ""
    except Exception as error:
        good = False
        note = " (" + ascii(repr(error))[:200] + ")"
    RESULTS.append(good)
    print(("pass  " if good else "FAIL  ") + (function.__doc__ or function.__name__) + note)


def read(path, limit=4 << 20):
    """The bytes of a regular file; a link, a FIFO, a folder or an oversized file is an error."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            raise ValueError("not a plain file of a sane size: " + repr(path))
        return file.read(limit + 1)


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


def run(argv, cwd, stdin=b"", timeout=5.0, env=None):
    """Runs a program in a clean environment; gives (exit code or None, stdout, stderr). Its process group dies with it."""
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    environment.update(env or {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 << 20, 32 << 20))  # it is inherited
    with spare() as given, spare() as out, spare() as err:
        given.write(stdin)
        given.seek(0)
        child = spawn(argv, [given.fileno(), out.fileno(), err.fileno()], cwd, environment)
        # Not a wait that polls with sleeps of up to 50 ms.
        watch = os.pidfd_open(child)
        ended = select.select([watch], [], [], max(0, min(timeout, DEADLINE - time.monotonic())))[0]
        os.close(watch)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if ended else None
        try:
            os.killpg(child, signal.SIGKILL)
        except OSError:
            pass
        if code is None:
            os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return code, out.read(8 << 20), err.read(1 << 20)


def started(pid):
    with open("/proc/%s/stat" % pid, "rb") as file:
        return int(file.read().rsplit(b")", 1)[1].split()[19])


def finish():
    """Kills what judged programs left running, then writes the reward: 1 only when every check has passed."""
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        try:
            if name.isdigit() and int(name) != os.getpid() and started(name) > started("self"):
                os.kill(int(name), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            pass
    with open("/logs/verifier/.reward", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (bool(RESULTS) and all(RESULTS), sum(RESULTS), len(RESULTS)))
    os.replace("/logs/verifier/.reward", "/logs/verifier/reward.json")


# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
SCRATCH = "/tmp/check.%s" % os.urandom(8).hex()
os.mkdir(SCRATCH, 0o700)
EPOCH = 1718064000
LONG = "long/" + "/".join("a folder with quite a long name %02d" % number for number in range(6)) + "/at the end.txt"
TREE = [
    (b"plain.txt", b"plain\n", 0o644), (b"tool", b"#!/bin/sh\n", 0o755), (b"only-group-may-run", b"#!/bin/sh\n", 0o654),
    (b"a/z.txt", b"z\n", 0o644), (b"a-b/y.txt", b"y\n", 0o644), (b"a.txt", b"dot\n", 0o644), (b"A/upper.txt", b"U\n", 0o644),
    (b"with space/ lead", b"s\n", 0o644), (b"new\nline.txt", b"n\n", 0o644), (b"-rf", b"dash\n", 0o644), (b"--help/x", b"dash\n", 0o644), (b"back\\slash", b"b\n", 0o644),
    ("größe/ß.txt".encode(), b"u\n", 0o644), (b"latin-\xe9.txt", b"l\n", 0o644), (LONG.encode(), b"long\n", 0o644), (b"@file", b"at\n", 0o644),
    (b".hidden/.dot", b"h\n", 0o644), (b".gitignore", b"*.o\n", 0o644), (b"sub/.gitkeep", b"", 0o644), (b"tilde~middle", b"t\n", 0o644), (b"binary", bytes(range(256)) * 30, 0o644),
]
LEFT_OUT = [(b".git/config", b"[core]\n", 0o644), (b"sub/.git/objects/aa/bb", b"x", 0o444), (b"sub/draft~", b"d\n", 0o644), (b"~", b"d\n", 0o644)]
LINKS = [(b"current", b"./a/z.txt"), (b"dangling", b".nowhere"), (b"to-folder", b"a"), (b"sub/up", b"../.hidden"), (b"abs", b"/etc/./hosts")]
EMPTY = [b"void", b"a/void"]


def build(root, turn):
    """One tree of the two: another order, other times, other modes that do not count, hard links or copies."""
    os.mkdir(root, 0o755 if turn else 0o700)
    top = os.fsencode(root) + b"/"
    items = TREE + LEFT_OUT
    for name, data, mode in (reversed(items) if turn else items):
        os.makedirs(os.path.dirname(top + name), exist_ok=True)
        with open(top + name, "wb") as file:
            file.write(data)
        os.chmod(top + name, mode if not turn else {0o644: 0o600, 0o755: 0o4711, 0o654: 0o655}.get(mode, mode))
        os.utime(top + name, (1600000000 + turn * 999, 1500000000 + turn * 12345))
    for name, target in (LINKS if turn else reversed(LINKS)):
        os.symlink(target, top + name)
    for name in EMPTY:
        os.mkdir(top + name)
    if turn:
        os.link(top + b"plain.txt", top + b"second name")
        os.chmod(top + b"a", 0o2775)
        os.chmod(top + b"void", 0o1777)
    else:
        shutil.copyfile(top + b"plain.txt", top + b"second name")


def pack(source, output, cwd="/", **env):
    code, out, _ = run(["/app/pack.sh", source, output], cwd, env=dict({"SOURCE_DATE_EPOCH": str(EPOCH)}, **env))
    return code, out


def prepare():
    if not stat.S_ISREG(os.lstat("/app/pack.sh").st_mode):
        return None
    build(SCRATCH + "/one", 0)
    os.mkdir(SCRATCH + "/other place")
    build(SCRATCH + "/other place/-two", 1)
    first = pack(SCRATCH + "/one", SCRATCH + "/one.tar.gz")
    # Relative paths, another time zone and locale.
    second = pack("./-two/", "../two out.tar.gz", SCRATCH + "/other place", TZ="Asia/Tokyo", LC_ALL="C.UTF-8", LANG="en_US.UTF-8", TAR_OPTIONS="", GZIP="")
    return first, second


try:
    CALLS = prepare()
except Exception as error:
    CALLS = None
    print("not prepared: " + ascii(repr(error))[:300])


def entries():
    data = gzip.decompress(read(SCRATCH + "/one.tar.gz"))
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
        return [(os.fsencode(member.name), member, archive.extractfile(member).read() if member.isreg() else None) for member in archive.getmembers()]


@check
def calls():
    """it ends with 0 and prints nothing"""
    return CALLS == ((0, b""), (0, b""))


@check
def same():
    """two trees that are the same but for what does not count give the same bytes"""
    return bool(CALLS) and read(SCRATCH + "/one.tar.gz") == read(SCRATCH + "/two out.tar.gz")


@check
def gzip_header():
    """the gzip header holds no name and no time, and there is one member"""
    data = read(SCRATCH + "/one.tar.gz")
    stream = zlib.decompressobj(31)
    stream.decompress(data)
    return data[:2] == b"\x1f\x8b" and data[3] == 0 and data[4:8] == bytes(4) and stream.eof and not stream.unused_data


@check
def names():
    """exactly the right entries, sorted by the bytes of their paths"""
    files = [b"release/" + name for name, _, _ in TREE] + [b"release/second name"] + [b"release/" + name for name, _ in LINKS]
    wanted = set(files) | {b"release/" + name for name in EMPTY} | {b"release", b"release/sub"}
    for name in files:
        while name := os.path.dirname(name):
            wanted.add(name)
    found = [name for name, _, _ in entries()]
    return found == sorted(wanted)


@check
def contents():
    """files, folders and links are stored as what they are, with their contents and targets"""
    plain = dict((b"release/" + name, data) for name, data, _ in TREE)
    plain[b"release/second name"] = b"plain\n"
    links = dict((b"release/" + name, target) for name, target in LINKS)
    for name, member, data in entries():
        if name in plain and not (member.isreg() and data == plain[name]):
            return False
        if name in links and not (member.issym() and os.fsencode(member.linkname) == links[name]):
            return False
        if name not in plain and name not in links and not member.isdir():
            return False
    return True


@check
def headers():
    """owners, times and modes are the fixed ones"""
    runs = {b"release/tool", b"release/only-group-may-run"}
    for name, member, _ in entries():
        mode = 0o755 if member.isdir() or name in runs else 0o644
        if (member.uid, member.gid, member.mtime) != (0, 0, EPOCH) or (not member.issym() and member.mode != mode) or set(member.pax_headers) - {"path", "linkpath", "hdrcharset"}:
            return False
        if member.uname not in ("", "root", "0") or member.gname not in ("", "root", "0"):
            return False
    return True


@check
def failures():
    """without a folder or a time it fails, and an older output stays"""
    old = SCRATCH + "/old.tar.gz"
    with open(old, "wb") as file:
        file.write(b"old")
    one, _ = pack(SCRATCH + "/nowhere", SCRATCH + "/none.tar.gz")
    two, _ = pack(SCRATCH + "/one/plain.txt", old)
    three = run(["/app/pack.sh", SCRATCH + "/one", SCRATCH + "/none.tar.gz"], "/")[0]
    return bool(CALLS) and all(code not in (0, None) for code in (one, two, three)) and not os.path.lexists(SCRATCH + "/none.tar.gz") and read(old) == b"old"


@check
def sample():
    """the sample tree is as it was"""
    found = sorted(os.path.relpath(os.path.join(folder, name), "/app/sample") for folder, folders, names in os.walk("/app/sample") for name in folders + names)
    wanted = [".git", ".git/config", ".hidden", "README", "bin", "bin/run", "docs", "docs/two words.md", "empty", "lib", "lib-extra", "lib-extra/b.txt", "lib/a.txt", "notes.txt~", "start"]
    return found == wanted and read("/app/sample/lib/a.txt") == b"a\n"


finish()
