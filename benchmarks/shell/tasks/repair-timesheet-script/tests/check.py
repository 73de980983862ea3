"""Does the repaired script add up last week's sheet and sheets that it has never seen?"""
import os
import random
import resource
import select
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
WEEK = b"""# Week 23
Anna Berg;2024-06-03;07:00;15:30;30
Ole;2024-06-03;22:00;06:00;45
Anna Berg;2024-06-04;07:00;16:08;30

\xc3\x87elik;2024-06-04;08:09;12:00;
Ole;2024-06-05;09:08;18:00;060
"""


def expected(text):
    """What the script has to print for a sheet, told from the description."""
    sums = {}
    for line in text.replace(b"\r\n", b"\n").split(b"\n"):
        if line and not line.startswith(b"#"):
            name, _, start, end, pause = line.split(b";")
            first, last = (int(time[:2]) * 60 + int(time[3:]) for time in (start, end))
            sums[name] = sums.get(name, 0) + (last - first) % 1440 - int(pause or b"0")
    rows = sorted(sums.items()) + [(b"TOTAL", sum(sums.values()))]
    return b"".join(b"%s\t%d:%02d\n" % (name, time // 60, time % 60) for name, time in rows)


def prints(text, name="sheet.txt"):
    path = SCRATCH + "/" + name
    with open(path, "wb") as file:
        file.write(text)
    code, out, _ = run(["/app/timesheet.sh", path], SCRATCH)
    if (code, out) != (0, expected(text)):
        raise ValueError("%r gave %r" % (text[:80], (code, out[:120])))
    return True


@check
def kind():
    """it is still a shell script that can be run"""
    return read("/app/timesheet.sh", 65536).split(b"\n")[0].rstrip() in (b"#!/bin/bash", b"#!/bin/sh", b"#!/usr/bin/bash", b"#!/usr/bin/sh", b"#!/usr/bin/env bash", b"#!/usr/bin/env sh") and os.access("/app/timesheet.sh", os.X_OK)


@check
def last_week():
    """last week's sheet, which was not changed, adds up"""
    return read("/app/week23.txt", 65536) == WEEK and run(["/app/timesheet.sh", "week23.txt"], "/app")[:2] == (0, expected(WEEK))


@check
def times():
    """leading zeros, midnight, empty shifts and breaks"""
    return prints(b"A;2024-01-01;08:08;09:09;08\nA;2024-01-01;23:59;00:00;0\nB;2024-01-01;05:00;05:00;\nC;2024-01-01;00:00;23:59;009\nD;2024-01-01;12:01;12:00;1\n")


@check
def names():
    """names with spaces, signs and upper and lower case, sorted as bytes"""
    names = ["de la Cruz, J.", "a", "B", "Zoë", "*", "x[$(touch pwned)]", "back\\tslash", "-n", "O'Neil \"Shorty\"", "two  spaces", " lead", "TOTAL hours", "total", "éa", "@", "1"]
    text = "".join("%s;2024-01-01;07:00;0%d:30;15\n" % (name, 7 + at % 3) for at, name in enumerate(names * 2)).encode()
    return prints(text, "two words.txt") and not os.path.lexists(SCRATCH + "/pwned") and not os.path.lexists("/app/pwned")


@check
def lines():
    """CRLF, comments, empty lines, an unfinished last line, an empty sheet"""
    return prints(b"# x;y\r\n\r\nA;2024-01-01;08:00;09:00;\r\nA;2024-01-01;08:00;09:30;10") and prints(b"") and prints(b"\n#\n")


@check
def many():
    """a long sheet"""
    rng = random.Random(5)
    text = "".join("Crew %d;2024-02-%02d;%02d:%02d;%02d:%02d;%s\n" % (rng.randrange(30), rng.randrange(1, 29), rng.randrange(0, 16), rng.randrange(60), rng.randrange(17, 24), rng.randrange(60),
                                                                    rng.choice(["", "0", "08", "30"])) for _ in range(250))
    return prints(text.encode())


@check
def unreadable():
    """a file that cannot be read"""
    code, out, _ = run(["/app/timesheet.sh", SCRATCH + "/nothing here"], SCRATCH)
    return (code, out) == (2, b"")


finish()
