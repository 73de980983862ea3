"""Does the repaired script back up, prune and lock as described, and does it fail cleanly?"""
import hashlib
import io
import os
import resource
import select
import shutil
import signal
import stat
import tarfile
import time

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
SOURCE = SCRATCH + "/the office"
DEST = SCRATCH + "/old [backups]*"
STAMP = "20240611-031500"
NAME = "backup-%s.tar.gz" % STAMP
KEPT = {
    "report.txt": b"r\n", "a b/c d.txt": b"c\n", ".hidden": b"h\n", ".config/x": b"x\n", "-n": b"dash\n", "deep/cache/kept.txt": b"k\n", "cache.txt": b"k\n", "mycache/y": b"y\n",
    "tmp": b"t\n", "a.tmp.txt": b"a\n", "new\nline": b"n\n", "größe.txt": b"g\n", "blob": bytes(range(256)) * 50,
}
LEFT = {"cache/z": b"z\n", "cache/deep/z.txt": b"z\n", "x.tmp": b"x\n", "a b/.y.tmp": b"y\n", "deep/cache/q.tmp": b"q\n"}
OLD = ["backup-20240610-031500.tar.gz", "backup-20231231-235959.tar.gz", "backup-20240609-031500.tar.gz", "backup-20240101-000000.tar.gz"]
OTHERS = ["backup-notes.txt", "backup-2024.tar.gz", "backup-20240101-000000.tar.gz.part", "mybackup-20230101-000000.tar.gz", "backup-20200101-000000.tar.gz.bak", "z file", "backup-2020010a-000000.tar.gz",
          "backup-20191231-000000.tar.gz.sha256"]


def write(path, data, mode=0o644, time=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)
    if time:
        os.utime(path, (time, time))


PRISTINE = None


def fresh():
    """Makes the folders anew, unless they are still as they were made."""
    global PRISTINE
    shutil.rmtree(SCRATCH + "/stubs", ignore_errors=True)
    if PRISTINE is not None and os.path.isdir(DEST) and state() == PRISTINE:
        return
    shutil.rmtree(SCRATCH)
    for name, data in list(KEPT.items()) + list(LEFT.items()):
        write(SOURCE + "/" + name, data)
    os.mkdir(SOURCE + "/empty")
    os.symlink("report.txt", SOURCE + "/link")
    # Times of modification that contradict the stamps.
    for at, name in enumerate(OLD + OTHERS):
        write(DEST + "/" + name, name.encode(), time=1600000000 + 1000 * (at * 7 % 5))
    for name in OLD[:3]:
        write(DEST + "/" + name + ".sha256", b"sum of " + name.encode(), time=1600000000)
    PRISTINE = state()


def state():
    found = {}
    for folder, folders, names in os.walk(DEST):
        for name in folders + names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, DEST)] = read(path, 16 << 20) if os.path.isfile(path) else None
    return found


def backup(keep="3", source=SOURCE, dest=DEST, cwd="/", stubs=None, arguments=None):
    environment = {"BACKUP_STAMP": STAMP}
    if stubs:
        for name, text in stubs.items():
            write(SCRATCH + "/stubs/" + name, text.encode(), 0o755)
        environment["PATH"] = SCRATCH + "/stubs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return run(["/app/backup.sh", *(arguments if arguments is not None else [source, dest, keep])], cwd, env=environment)[0]


def good_archive(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz", encoding="utf-8") as archive:
        members = archive.getmembers()
        files = {member.name: archive.extractfile(member).read() for member in members if member.isreg()}
        folders = {member.name for member in members if member.isdir()}
        links = {member.name: member.linkname for member in members if member.issym()}
    return (files == {"./" + name: text for name, text in KEPT.items()} and links == {"./link": "report.txt"} and "./empty" in folders and "./deep/cache" in folders and "./cache" not in folders)


def unchanged(code_wanted, **how):
    fresh()
    before = state()
    code = backup(**how)
    if (code_wanted is not None and code != code_wanted) or code in (0, None) or state() != before:
        raise ValueError("%r ended with %r, new or lost: %r" % (how, code, sorted(set(before) ^ set(state()))))
    return True


@check
def kind():
    """it is still a shell script that can be run"""
    return read("/app/backup.sh", 65536).split(b"\n")[0].rstrip() in (b"#!/bin/bash", b"#!/bin/sh", b"#!/usr/bin/bash", b"#!/usr/bin/sh", b"#!/usr/bin/env bash", b"#!/usr/bin/env sh") and os.access("/app/backup.sh", os.X_OK)


@check
def success():
    """a backup holds what it should, has its checksum, and the newest by stamp remain"""
    fresh()
    if backup("003") != 0:
        return False
    found = state()
    wanted = {name: name.encode() for name in OTHERS + [OLD[0], OLD[2]]}
    wanted.update({name + ".sha256": b"sum of " + name.encode() for name in (OLD[0], OLD[2])})
    data, line = found.pop(NAME), found.pop(NAME + ".sha256")
    return good_archive(data) and line.rstrip(b"\n") in [(hashlib.sha256(data).hexdigest() + sign + NAME).encode() for sign in ("  ", " *")] and found == wanted


@check
def relative():
    """relative paths, and fewer backups than may stay"""
    fresh()
    return backup("50", "the office", "./old [backups]*", SCRATCH) == 0 and good_archive(state()[NAME]) and set(state()) == set(OLD + OTHERS + [name + ".sha256" for name in OLD[:3]] + [NAME, NAME + ".sha256"])


@check
def failing_programs():
    """when tar, gzip or sha256sum fails, nothing new is left and nothing old is lost"""
    return (unchanged(None, keep="1", stubs={"tar": "#!/bin/sh\n/usr/bin/tar \"$@\"\nexit 2\n"}) and unchanged(None, keep="1", stubs={"gzip": "#!/bin/sh\nhead -c 100\nexit 1\n", "tar": "#!/bin/sh\nexec /usr/bin/tar \"$@\"\n"})
            and unchanged(None, keep="1", stubs={"sha256sum": "#!/bin/sh\nexit 1\n"}))


@check
def ended():
    """when it is ended by TERM, nothing new is left and nothing old is lost"""
    return unchanged(None, keep="1", stubs={"tar": "#!/bin/sh\nkill -TERM $PPID\nsleep 0.05\nexec /usr/bin/tar \"$@\"\n"})


@check
def wrong_folders():
    """missing folders and an existing backup"""
    if not (unchanged(None, source=SCRATCH + "/nowhere") and unchanged(None, dest=SCRATCH + "/nowhere") and not os.path.lexists(SCRATCH + "/nowhere")):
        return False
    fresh()
    write(DEST + "/" + NAME, b"already there")
    before = state()
    return backup("1") not in (0, None) and state() == before


@check
def lock():
    """a lock of another run is respected and stays, the own one is there while it runs"""
    fresh()
    os.mkdir(DEST + "/.lock")
    before = state()
    if backup("1") != 3 or state() != before:
        return False
    fresh()
    seen = SCRATCH + "/seen"
    return backup("9", stubs={"tar": "#!/bin/sh\n[ -d '%s/.lock' ] && echo yes > '%s'\nexec /usr/bin/tar \"$@\"\n" % (DEST, seen)}) == 0 and read(seen) == b"yes\n" and NAME in state()


@check
def usage():
    """wrong arguments"""
    return all(unchanged(2, arguments=given) for given in ([SOURCE, DEST], [SOURCE, DEST, "0"], [SOURCE, DEST, "-1"], [SOURCE, DEST, "2x"], [SOURCE, DEST, "3", "4"]))


finish()
