"""Is Mira's last stash back, whole and on its own branch, with nothing else touched?"""
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


REPO = "/app/tariffs"
HEAD = "band,from,to,cents_per_kwh\n"
WANTED = {
    "README.md": ("100644", "# Tariffs\n\nOne table per tariff.\n"),
    "bin/price": ("100755", "#!/bin/sh\ngrep \"^$1,\" tables/*.csv\n"),
    "bin/check-night": ("100755", "#!/bin/sh\nexec grep -c '^night,' tables/night.csv\n"),
    "docs/Night rates – summary.md": ("100644", "# Night rates\n\nFrom 22:00 to 06:00, all year.\n"),
    "tables/day.csv": ("100644", HEAD + "day,06:00,22:00,31.20\n"),
    "tables/night.csv": ("100644", HEAD + "night,22:00,06:00,22.85\nweekend,00:00,24:00,23.10\n"),
    "tables/winter.csv": ("100644", HEAD + "day,06:00,22:00,33.40\nnight,22:00,06:00,25.05\n"),
}
BASE = "02acab82ee6668eee7c9081edcd14bb8fe87dbad"
REFS = {
    "refs/heads/main": "bfc9917ff519a46b5db7c42760203074aeb28a39",
    "refs/heads/winter-tariff": "e788c6b50b7be558507ed288f37c5210a7742acd",
    "refs/tags/spring-2024": "a4b3bfa89aaa187403ae17b89905ca715a71c385",
}


@check
def branch():
    """recovered/night-rates is one commit on the commit that was checked out"""
    parents = git(REPO, "rev-list", "--parents", "-1", "refs/heads/recovered/night-rates").split()[1:]
    message = git(REPO, "log", "-1", "--format=%B", "refs/heads/recovered/night-rates").strip()
    return parents == [BASE.encode()] and message == b"Recover night rates"


@check
def names_and_modes():
    """the recovered tree has exactly the files and modes of her working directory"""
    listing = git(REPO, "ls-tree", "-r", "-z", "--full-tree", "refs/heads/recovered/night-rates").decode().split("\0")[:-1]
    return {line.split("\t", 1)[1]: line.split(" ", 1)[0] for line in listing} == {name: mode for name, (mode, _) in WANTED.items()}


@check
def contents():
    """every recovered file has the content that she had on disk"""
    return all(git(REPO, "cat-file", "blob", "refs/heads/recovered/night-rates:" + name).decode() == text for name, (_, text) in WANTED.items())


@check
def other_refs():
    """no other branch, tag or stash was moved, made or removed"""
    lines = git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
    found = dict(line.split(" ") for line in lines)
    found.pop("refs/heads/recovered/night-rates", None)
    return found == REFS


@check
def checkout():
    """main is checked out and the working tree is clean"""
    return git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and git(REPO, "status", "--porcelain", "--untracked-files=all", "--ignored") == b""


finish()
