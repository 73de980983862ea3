"""Is the inbox unpacked, and does the program treat archives that it has never seen as it should?"""
import bz2
import gzip
import io
import os
import resource
import select
import signal
import stat
import tarfile
import time
import zipfile

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


def tar(*members):
    """Members are (name, bytes, mode), (name, "dir"), (name, "link", target), (name, "hard", target) or (name, "fifo")."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, what, *more in members:
            info = tarfile.TarInfo(name)
            info.uid = info.gid = 1000
            info.mtime = 1717000000
            if isinstance(what, bytes):
                info.size, info.mode = len(what), more[0] if more else 0o644
                archive.addfile(info, io.BytesIO(what))
                continue
            info.type = {"dir": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "fifo": tarfile.FIFOTYPE}[what]
            info.mode = 0o755
            info.linkname = more[0] if more else ""
            archive.addfile(info)
    return buffer.getvalue()


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, what, *more in members:
            info = zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0))
            info.create_system = 3
            info.external_attr = ((more[0] if more else 0o644) | (0o120000 if len(more) > 1 else 0o100000)) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, what)
    return buffer.getvalue()


F, L = "file", "link"
SHIPPED = {
    "prices.tar.gz": {"prices/june.csv": (F, b"sku,price\n1,2.50\n", False), "prices/tool.sh": (F, b"#!/bin/sh\n", True), "prices/latest": (L, "june.csv")},
    "Katalog Größe.zip": {"a b/c.txt": (F, b"c\n", False), "a b/d.txt": (F, b"c\n", False)},
    "photos.tar": {"photos/1.jpg": (F, b"\xff\xd8one", False), "photos/run": (F, b"#!/bin/sh\n", True), "photos/cover.jpg": (L, "1.jpg")},
    "stock.tgz": {"stock/..hidden..": (F, b"dots\n", False), "stock/x": ("folder",)},
}
SHIPPED_REJECTED = {"terms.zip": "unsafe", "labels.tar.bz2": "unsafe", "orders.tar.xz": "damaged", "readme": "unknown"}


def broken_zip():
    data = bytearray(zipped(("a.txt", b"first\n"), ("b.txt", b"a second text, long enough to be changed\n" * 9)))
    at = data.index(b"b.txt") + 5
    data[at + 6:at + 10] = b"\0\1\2\3"
    return bytes(data)


GOOD = {
    "-dash.tar": (tar(("-x/--y", b"1\n"), ("new\nline", b"2\n"), ("-x", "dir"), ("-x/", "dir")), {"-x/--y": (F, b"1\n", False), "new\nline": (F, b"2\n", False)}),
    "two members.gz": (gzip.compress(tar(("big", b"0123456789abcdef" * 900))[:7000], mtime=0) + gzip.compress(tar(("big", b"0123456789abcdef" * 900))[7000:], mtime=0),
                       {"big": (F, b"0123456789abcdef" * 900, False)}),
    "ünï.bin": (bz2.compress(tar(("d", "dir"), ("d/to", "link", "a/b"), (".//d//f", b"f\n", 0o700))), {"d/to": (L, "a/b"), "d/f": (F, b"f\n", True)}),
    "links.zip": (zipped(("s", b"x y", 0o777, "link"), ("größe/", b"", 0o755), ("größe/a", b"", 0o755)), {"s": (L, "x y"), "größe/a": (F, b"", True)}),
    "hard.tar": (tar(("a/one", b"1\n", 0o755), ("two", "hard", "a/one"), ("three", "hard", "two")), {name: (F, b"1\n", True) for name in ("a/one", "two", "three")}),
    "none.zip": (zipped(), {}),
}
BAD = {
    "abs.tar": (tar(("ok", b"1"), ("/tmp/escaped-by-name", b"1")), "unsafe"),
    "dots.tar": (tar(("ok", b"1"), ("a/../../escaped", b"1")), "unsafe"),
    "inner-dots.tar": (tar(("a/b/../c", b"1"),), "unsafe"),
    "link-out.tar": (tar(("a/up", "link", "b/../../.."),), "unsafe"),
    "link-abs.zip": (zipped(("s", b"/etc/hostname", 0o777, "link")), "unsafe"),
    "through.zip": (zipped(("d", b"elsewhere", 0o777, "link"), ("d/f", b"1")), "unsafe"),
    "through-later.tar": (tar(("d/f", b"1"), ("./d", "link", "e")), "unsafe"),
    "fifo.tgz": (gzip.compress(tar(("ok", b"1"), ("pipe", "fifo")), mtime=0), "unsafe"),
    "hard-out.tar": (tar(("passwd", "hard", "/etc/passwd"),), "unsafe"),
    "hard-early.tar": (tar(("two", "hard", "one"), ("one", b"1")), "unsafe"),
    "hard-link.tar": (tar(("one", "link", "x"), ("two", "hard", "one")), "unsafe"),
    "twice.tar": (tar(("a/f", b"1"), ("./a//f", b"2")), "conflict"),
    "file-folder.tar": (tar(("x", b"1"), ("x/", "dir")), "conflict"),
    "cut.tar": (tar(("a", b"1" * 3000), ("b", b"2" * 3000))[:5000], "damaged"),
    "cut.gz": (gzip.compress(tar(("a", bytes(range(256)) * 40)), mtime=0)[:-6], "damaged"),
    "crc.zip": (broken_zip(), "damaged"),
    "text.tar.gz": (b"Not an archive at all.\n" * 40, "unknown"),
    "text-in.gz": (gzip.compress(b"Only a text.\n" * 90, mtime=0), "unknown"),
    "empty": (b"", "unknown"),
}


def tree(root):
    """{path: what it is} of everything but folders that hold something."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            key = os.path.relpath(path, root)
            if stat.S_ISLNK(status.st_mode):
                found[key] = (L, os.readlink(path))
            elif stat.S_ISREG(status.st_mode):
                found[key] = (F, read(path), bool(status.st_mode & 0o100))
            elif stat.S_ISDIR(status.st_mode):
                if not os.listdir(path):
                    found[key] = ("folder",)
            else:
                found[key] = ("other",)
    return found


def right(output, good, bad):
    listing = "".join("%s\t%s\n" % item for item in sorted(bad.items(), key=lambda item: item[0].encode())).encode()
    if read(output + "/rejected.tsv", 65536) != listing:
        raise ValueError("rejected.tsv: %r" % read(output + "/rejected.tsv", 65536)[:600])
    if set(os.listdir(output)) != set(good) | {"rejected.tsv"}:
        raise ValueError("other names in the output")
    for name, wanted in good.items():
        if os.path.islink(output + "/" + name) or tree(output + "/" + name) != wanted:
            raise ValueError("%r is not unpacked as it should be" % name)
    return True


# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
SCRATCH = "/tmp/check.%s" % os.urandom(8).hex()
os.mkdir(SCRATCH, 0o700)


def hidden():
    os.mkdir(SCRATCH + "/in box")
    for name, (data, _) in list(GOOD.items()) + list(BAD.items()):
        with open(SCRATCH + "/in box/" + name, "wb") as file:
            file.write(data)
    return run(["/app/unpack", SCRATCH + "/in box", "out put"], SCRATCH, timeout=10)[0]


@check
def shipped():
    """the inbox is unpacked and the bad files are rejected"""
    return right("/app/unpacked", SHIPPED, SHIPPED_REJECTED)


@check
def hidden_cases():
    """archives that it has never seen are unpacked or rejected for the right reason"""
    if hidden() != 0:
        return False
    folders = {name: wanted for name, (_, wanted) in GOOD.items()}
    return right(SCRATCH + "/out put", folders, {name: reason for name, (_, reason) in BAD.items()})


@check
def nothing_outside():
    """nothing is written outside the output, and the inputs are as they were"""
    names = {name: data for name, (data, _) in list(GOOD.items()) + list(BAD.items())}
    same = all(read(SCRATCH + "/in box/" + name) == data for name, data in names.items())
    outside = [name for name in ("/tmp/escaped-by-name", SCRATCH + "/escaped", "/app/terms.txt", "/app/unpacked/terms.txt", "/app/labels.txt") if os.path.lexists(name)]
    return same and not outside and set(os.listdir(SCRATCH)) == {"in box", "out put"} and set(os.listdir("/app/inbox")) == set(SHIPPED) | set(SHIPPED_REJECTED)


finish()
