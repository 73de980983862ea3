"""Does the repaired script rotate logs of all kinds as described?"""
import os
import resource
import select
import shutil
import signal
import stat
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
COUNT = 0


def state(folder):
    """{name: (content, mode, time)}; the time of an empty file does not count."""
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        status = os.lstat(path)
        found[name] = (read(path), stat.S_IMODE(status.st_mode), int(status.st_mtime) if status.st_size else 0)
    return found


def trial(files, log, keep, wanted, code=0, absolute=False, times=1, arguments=None):
    """Rotates in a new folder. Files and wanted are {name: content}; a content names itself, and its mode and time follow from it."""
    global COUNT
    COUNT += 1
    folder = "%s/case %d" % (SCRATCH, COUNT)
    os.mkdir(folder)

    def told(content, name):
        return content.encode(), {"new": 0o640}.get(content, 0o600 if len(content) % 2 else 0o444), 1700000000 + len(content)

    for name, content in files.items():
        data, mode, time = told(content, name)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        os.chmod(os.path.join(folder, name), mode)
        os.utime(os.path.join(folder, name), (time, time))
    for _ in range(times):
        given = arguments if arguments is not None else [os.path.join(folder, log) if absolute else log, keep]
        status, out, _ = run(["/app/rotate.sh", *given], folder)
        if (status, out) != (code, b""):
            raise ValueError("%r ended with %r, %r" % (given, status, out[:80]))
    expected = {}
    for name, content in wanted.items():
        data, mode, time = told(content, name)
        expected[name] = (data, mode, time if data else 0)
    if wanted.get(log) == "" and files.get(log):
        expected[log] = (b"", told(files[log], log)[1], 0)
    found = state(folder)
    shutil.rmtree(folder)
    if found != expected:
        raise ValueError("%r %r: %r" % (log, keep, sorted(found.items())[:6]))
    return True


@check
def kind():
    """it is still a shell script that can be run"""
    return read("/app/rotate.sh", 65536).split(b"\n")[0].rstrip() in (b"#!/bin/bash", b"#!/bin/sh", b"#!/usr/bin/bash", b"#!/usr/bin/sh", b"#!/usr/bin/env bash", b"#!/usr/bin/env sh") and os.access("/app/rotate.sh", os.X_OK)


@check
def order():
    """old logs move up by one, in order, also where a number gets another digit and above a hundred"""
    numbers = [*range(1, 13), 19, 20, 29, *range(98, 103), 109, 110, 199]
    files = {"a.log": "new", **{"a.log.%d" % n: "old%d" % n for n in numbers}}
    return trial(files, "a.log", "200", {"a.log": "", "a.log.1": "new", **{"a.log.%d" % (n + 1): "old%d" % n for n in numbers}})


@check
def limit():
    """logs above the limit are deleted, also far above it"""
    files = {"a.log": "new", "a.log.1": "one", "a.log.2": "two", "a.log.9": "nine", "a.log.10": "ten", "a.log.11": "eleven", "a.log.30": "thirty"}
    first = trial(files, "a.log", "010", {"a.log": "", "a.log.1": "new", "a.log.2": "one", "a.log.3": "two", "a.log.10": "nine"}, absolute=True)
    return first and trial({"a.log": "new", "a.log.1": "one"}, "a.log", "1", {"a.log": "", "a.log.1": "new"})


@check
def first_time():
    """a log without old ones, with spaces and signs in its name, and only once"""
    return all(trial({log: "new", "other.1": "x"}, log, "8", {log: "", log + ".1": "new", "other.1": "x"}, times=2) for log in ("-x y", "[a-z]*?.log\nline"))


@check
def others():
    """names that are no old logs are not touched"""
    rest = {"a.log.bak": "b", "a.log.1.gz": "g", "a.log.01": "o", "a.log.0": "z", "MYa.log.1": "m", "a.log.": "e", "a.log.1~": "t", "a.log.-1": "n", "aXlog.3": "dot", "a.log.2x": "2x"}
    return trial({"a.log": "new", "a.log.3": "old", **rest}, "a.log", "5", {"a.log": "", "a.log.1": "new", "a.log.4": "old", **rest})


@check
def empty():
    """an empty or missing log changes nothing"""
    old = {"a.log.1": "one", "a.log.7": "seven"}
    return trial({"a.log": "", **old}, "a.log", "3", {"a.log": "", **old}) and trial(old, "a.log", "3", old)


@check
def usage():
    """wrong arguments change nothing and end with 2"""
    files = {"a.log": "new", "a.log.1": "one"}
    return all(trial(files, "a.log", "", files, code=2, arguments=given) for given in (["a.log"], ["a.log", "0"], ["a.log", "-1"], ["a.log", "x"], ["a.log", "3", "4"], ["a.log", "2.5"], ["a.log", ""]))


finish()
