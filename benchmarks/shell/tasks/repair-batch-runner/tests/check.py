"""Does the repaired runner run, limit, time and report jobs that it has never seen as described?"""
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
FOLDER = SCRATCH + "/the results"


# In a process group of its own: what the runner leaves behind is to be seen, not to be killed with it.
APART = ["/bin/bash", "-c", 'set -m; "$@" & wait $!', "apart"]


def batch(jobs, limit="4", end=b"\n", **env):
    """Runs jobs [(id, seconds, command)]; gives (exit status, {id: what the summary says}) after the checks that always hold."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name in os.listdir(SCRATCH):
        os.unlink(SCRATCH + "/" + name)
    lines = ["# jobs", ""] + ["\t".join(job) for job in jobs]
    with open(SCRATCH + "/my jobs", "wb") as file:
        file.write("\n".join(lines).encode() + end)
    code, out, _ = run([*APART, "/app/runner.sh", "my jobs", "the results", limit], SCRATCH, b"input of the runner\n", 8, env)
    rows = [line.split("\t") for line in read(FOLDER + "/summary.tsv", 65536).decode().split("\n")]
    if out or rows.pop() != [""] or [row[0] for row in rows] != [job[0] for job in jobs]:
        raise ValueError("prints %r, summary %r" % (out[:60], rows))
    if set(os.listdir(FOLDER)) != {"summary.tsv"} | {job[0] + ".log" for job in jobs}:
        raise ValueError("in the results: %r" % sorted(os.listdir(FOLDER)))
    return code, {row[0]: "\t".join(row[1:]) for row in rows}


def log(name):
    return read("%s/%s.log" % (FOLDER, name), 1 << 20)


def gone(name):
    """Whether the process with the number in a file ends soon, if it has not yet."""
    number = int(read(SCRATCH + "/" + name, 64))
    for _ in range(100):
        try:
            with open("/proc/%d/stat" % number, "rb") as file:
                if file.read().rsplit(b")", 1)[1].split()[0] in (b"Z", b"X"):
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


@check
def kind():
    """it is still a bash script that can be run"""
    return read("/app/runner.sh", 65536).split(b"\n")[0].rstrip() in (b"#!/bin/bash", b"#!/usr/bin/bash", b"#!/usr/bin/env bash") and os.access("/app/runner.sh", os.X_OK)


@check
def statuses():
    """exit statuses, those that look like a timeout included, and an unfinished last line"""
    jobs = [("one", "5", "exit 0"), ("2.b", "5", "exit 3"), ("C-c_", "5", "exit 124"), ("kill", "5", "kill -9 $$"), ("x137", "5", "exit 137"), ("none", "5", "no-such-command-here"), ("last", "5", "false || true")]
    return batch(jobs, end=b"") == (1, {"one": "ok", "2.b": "failed 3", "C-c_": "failed 124", "kill": "failed 137", "x137": "failed 137", "none": "failed 127", "last": "ok"})


@check
def commands():
    """commands are run as they are, in the caller's folder and environment, without its input"""
    jobs = [("a", "5", "cat; echo out; echo err >&2; echo out"), ("b", "5", "printf '%s|' \"a  b\"\t'*' \\\\ \"$NIGHT\" $((1 + 1)); pwd"), ("c", "5", "  echo lead; # no more"), ("d", "5", "read line && echo got it; exit 0"),
            ("e", "5", "while read x; do echo $x; done; echo e")]
    code, said = batch(jobs, "2", NIGHT="11th  x")
    return (code == 0 and set(said.values()) == {"ok"} and log("a") == b"out\nerr\nout\n" and log("b") == ("a  b|*|\\|11th  x|2|%s\n" % SCRATCH).encode() and log("c") == b"lead\n" and log("d") == b"" and log("e") == b"e\n")


@check
def limits():
    """what runs out of time is killed with all that it started, and only that is a timeout"""
    jobs = [("t1", "0.2", "echo begun; trap '' TERM; sleep 30 & echo $! > p1; sleep 31; echo end"), ("t2", "0.2", "sh -c 'echo $$ > p2; sleep 30; :'; exit 0"), ("quick", "30", "echo quick"),
            ("code", "0.3", "trap '' TERM INT HUP; while :; do sleep 0.05; done")]
    began = time.monotonic()
    code, said = batch(jobs, "9")
    took = time.monotonic() - began
    return code == 1 and said == {"t1": "timeout", "t2": "timeout", "quick": "ok", "code": "timeout"} and took < 6 and log("t1") == b"begun\n" and gone("p1") and gone("p2")


@check
def background():
    """what a job left in the background is not waited for"""
    began = time.monotonic()
    code, said = batch([("bg", "20", "sleep 25 & echo left"), ("after", "20", "echo after")], "1")
    return code == 0 and said == {"bg": "ok", "after": "ok"} and time.monotonic() - began < 5


@check
def slots():
    """as many as the limit run together, and a slot that is free is used at once"""
    meet = "echo x >> met; until [ $(wc -l < met) -ge 3 ]; do sleep 0.01; done"
    if batch([("m%d" % n, "4", meet) for n in range(3)], "3") != (0, {"m%d" % n: "ok" for n in range(3)}):
        return False
    # The first job goes on until the last one has begun; the others have one slot for them.
    wait = "until [ -e begun ]; do sleep 0.01; done"
    jobs = [("long", "4", wait), ("s1", "4", ":"), ("s2", "4", ":"), ("s3", "4", ": > begun")]
    return batch(jobs, "02") == (0, {"long": "ok", "s1": "ok", "s2": "ok", "s3": "ok"})


@check
def not_more():
    """never more than the limit, started in the order of the file"""
    one = "echo + >> trace; echo %d >> order; sleep 0.02; echo - >> trace"
    names = ["n%02d" % n for n in range(5)]
    code, said = batch([(name, "5", one % at) for at, name in enumerate(names)], "1")
    if code != 0 or read(SCRATCH + "/order") != b"".join(b"%d\n" % at for at in range(5)) or read(SCRATCH + "/trace") != b"+\n-\n" * 5:
        return False
    code, said = batch([(name, "5", one % at) for at, name in enumerate(names)], "2")
    now = most = 0
    for sign in read(SCRATCH + "/trace").split():
        now += 1 if sign == b"+" else -1
        most = max(most, now)
    return code == 0 and most <= 2 and len(read(SCRATCH + "/order").split()) == 5


@check
def again():
    """no jobs at all; a second run replaces logs and summary"""
    if batch([]) != (0, {}):
        return False
    with open(SCRATCH + "/my jobs", "w") as file:
        file.write("j\t5\techo now\n")
    with open(FOLDER + "/j.log", "w") as file:
        file.write("older and longer\n")
    code, _, _ = run(["/app/runner.sh", SCRATCH + "/my jobs", FOLDER, "1"], "/")
    return code == 0 and log("j") == b"now\n" and read(FOLDER + "/summary.tsv") == b"j\tok\n"


@check
def usage():
    """wrong arguments end with 2 and change nothing"""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with open(SCRATCH + "/my jobs", "w") as file:
        file.write("j\t5\techo now\n")
    before = sorted(os.listdir(SCRATCH))
    cases = (["my jobs", "the results"], ["my jobs", "the results", "0"], ["my jobs", "the results", "x"], ["my jobs", "the results", "-2"], ["nothing", "the results", "2"], ["my jobs", "the results", "2", "3"])
    return all(run(["/app/runner.sh", *words], SCRATCH)[:2] == (2, b"") for words in cases) and sorted(os.listdir(SCRATCH)) == before


finish()
