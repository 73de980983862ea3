"""Is the survey merged, with the registry's rows as the office's rules want them?"""
import csv
import datetime
import os
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


def git(repo, *words, stdin=b"", timeout=10.0):
    """git as a judge may use it on a repository that it does not trust; gives stdout, or an exception."""
    argv = ["/usr/bin/git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat",
            "-c", "protocol.ext.allow=never", "-c", "gc.auto=0", *words]
    code, out, err = run(argv, repo, stdin, timeout, {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_OPTIONAL_LOCKS": "0"})
    if code != 0:
        raise ValueError("git %s: %s %s" % (words[0], code, ascii(err[:200])))
    return out


def ref(repo, name):
    return git(repo, "rev-parse", "--verify", "--quiet", name).decode().strip()


REPO = "/app/registry"
MAIN, SURVEY, BASE = "4300405b3c29d52a60232cbc0ceb631106a35bd5", "6c9fd6a233805711b1afb89482a8a627424e9ac2", "a5ad548399460b7ad00b90d521fae15d4817d420"


def rows(commit):
    """The rows of stations.csv in a commit that the judge knows by its hash."""
    head, *lines = git(REPO, "cat-file", "blob", commit + ":stations.csv").decode().split("\n")[:-1]
    return {int(line.split(",", 1)[0]): line for line in lines}


def when(line):
    return datetime.datetime.fromisoformat(next(csv.reader([line]))[4])


def expected():
    base, ours, theirs = rows(BASE), rows(MAIN), rows(SURVEY)
    kept = {}
    for key in set(base) | set(ours) | set(theirs):
        b, o, t = base.get(key), ours.get(key), theirs.get(key)
        if o == t:
            row = o
        elif b == t:
            row = o
        elif b == o:
            row = t
        elif o is None:
            row = t
        elif t is None:
            row = o
        else:
            row = o if when(o) > when(t) else t
        if row is not None:
            kept[key] = row
    return "".join(line + "\n" for line in ["id,name,line,status,updated"] + [kept[key] for key in sorted(kept)]).encode()


def merged():
    return git(REPO, "cat-file", "blob", "refs/heads/main:stations.csv")


@check
def commit():
    """main is one merge commit on its old tip and the survey, which did not move"""
    parents = git(REPO, "rev-list", "--parents", "-1", "refs/heads/main").decode().split()[1:]
    return parents == [MAIN, SURVEY] and ref(REPO, "refs/heads/field-survey") == SURVEY


@check
def register():
    """stations.csv is what the rules give, byte for byte"""
    return merged() == expected()


@check
def cases():
    """each hard case: times across zones, deletions, rows added twice"""
    found = {}
    for fields in csv.reader(merged().decode().splitlines()[1:]):
        found.setdefault(int(fields[0]), []).append(fields)
    if any(len(value) != 1 for value in found.values()):
        return False
    status = {key: value[0][3] for key, value in found.items()}
    wanted = {90: "active", 94: "active", 97: "active", 101: "active", 104: "closed", 110: "closed", 126: "closed", 200: "active", 131: "active", 1001: "active", 61: "active"}
    gone = {99, 113, 119}
    return all(status.get(key) == value for key, value in wanted.items()) and not gone & set(found) and found[200][0][1] == "Neuhaus" and list(found) == sorted(found)


@check
def other_files():
    """the other files merged the ordinary way: the renamed guide with the crew's edit, the program's mode, the removed list"""
    listing = git(REPO, "ls-tree", "-r", "-z", "--full-tree", "refs/heads/main").decode().split("\0")[:-1]
    modes = {line.split("\t", 1)[1]: line.split(" ", 1)[0] for line in listing}
    wanted = {"docs/Survey guide.md": "100644", "photos/Neuhaus 1.txt": "100644", "stations.csv": "100644", "tools/export": "100755"}
    guide = git(REPO, "cat-file", "blob", "refs/heads/main:docs/Survey guide.md")
    return (modes == wanted and b"7. Wet step 7 of the walk.\n" in guide and len(guide.splitlines()) == 14
            and git(REPO, "cat-file", "blob", "refs/heads/main:tools/export") == b"#!/bin/sh\ntail -n +2 stations.csv | cut -d, -f1\n")


@check
def checkout():
    """main is checked out and clean, no merge is left open"""
    return (git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and git(REPO, "status", "--porcelain", "--untracked-files=all") == b""
            and not os.path.lexists(REPO + "/.git/MERGE_HEAD"))


finish()
