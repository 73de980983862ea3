"""Was the commit found that first made a working quote.py give the wrong price, and is the repository as it was?"""
import json
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
    value = {"reward": int(bool(RESULTS) and all(RESULTS)), "checks_passed": sum(RESULTS), "checks": len(RESULTS)}
    with open("/logs/verifier/.reward", "w") as file:
        json.dump(value, file)
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


REPO = "/app/quotes"
COMMIT = "85bad799ff796f3109556c59378e6b2d98238218"
AUTHOR = "Bo Lindqvist <bo@parcel.example>"
COMMITTED = 1675750840
REFS = {
    "refs/heads/main": "cc96947726121681041404ffe93e3c766e233d6e",
    "refs/tags/v1.10.0": "fab43026e9b2aec89cf837903846d5a3508c2a02",
    "refs/tags/v1.3.0": "1263b057a22ae1620bb3b3c14ec259be7720af8a",
    "refs/tags/v1.4.0": "8c1d884b5cd4ccc53a98a0d46a1fe05ba1612447",
    "refs/tags/v1.5.0": "9e95d892cb3c0a9ebe51b38896d3d05f6dd41dcd",
    "refs/tags/v1.8.0": "4f780b96f5c103b71a10ec2b621002b22f2be501",
    "refs/tags/v1.8.1": "86340e6f5b721e5051beaf8f400c2631fb0fa5c5",
    "refs/tags/v1.9.0": "02b447503e9793722f6165421c088ad890517081",
    "refs/tags/v1.9.0-rc.1": "61eea4e1d10325fbbc163351e084b5d3418beea0",
    "refs/tags/v1.9.1": "28b4a07afb9a04646e3c9811a4616de2861d1891",
    "refs/tags/v2.0.0": "6e32803daf312a79fbbb407e774f9e56c5a6d884",
}


def answer():
    value = json.loads(read("/app/regression.json", 65536).decode("utf-8"))
    if not isinstance(value, dict) or set(value) != {"commit", "author", "committed", "first_release"}:
        raise ValueError("not an object with the four keys")
    return value


def price(commit):
    """What quote.py of that commit prints; the code comes from the object whose hash the judge knows."""
    source = git(REPO, "cat-file", "blob", commit + ":quote.py")
    code, out, _ = run(["/usr/bin/python3", "-I", "-B", "-c", source.decode(), "3", "20"], "/")
    return (code, out.strip())


@check
def commit():
    """the commit is the one that made the change"""
    return answer()["commit"] == COMMIT


@check
def behaviour():
    """the named commit prints a wrong price and its parent the right one"""
    named = answer()["commit"]
    if named != COMMIT:
        return False
    code, out = price(named)
    return code == 0 and out != b"41.90" and price(named + "^") == (0, b"41.90")


@check
def people_and_time():
    """author and committer date belong to it"""
    value = answer()
    return value["author"] == AUTHOR and type(value["committed"]) is int and value["committed"] == COMMITTED


@check
def release():
    """the first final release that contains it, by number"""
    return answer()["first_release"] == "v1.9.0"


@check
def refs():
    """branches and tags are as they were"""
    return dict(line.split(" ") for line in git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()) == REFS


@check
def checkout():
    """main is checked out, clean, and no bisection is open"""
    return (git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and git(REPO, "status", "--porcelain", "--ignored") == b""
            and not os.path.lexists(REPO + "/.git/BISECT_LOG") and not os.path.lexists(REPO + "/.git/BISECT_START"))


finish()
