"""Is the token out of every object and every file, and is everything else of the history as it was?"""
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


REPO = "/app/inventory"
TOKEN = b"ak_live_7Qm2xV9cTr41LzPw"
PASSWORDS = [b"orchid-lantern-88", b"orchid-lantern-89"]
# The only right result: objects are named by their content, so these names fix every file, message, date and parent.
REFS = {
    "refs/heads/labels": "740fca1bc3f236e2db7a70fb53756865d4a0624c",
    "refs/heads/main": "9227463e16618ca9661c02b8b9d054853492a577",
    "refs/heads/try-cache": "d4bdb1befb3ecab55a90a2cb32ea46cf98e9b867",
    "refs/tags/v0.9": "3e5626bdf703de049ce693ba996c2bf6a6562968",
    "refs/tags/v1.0": "be6f31a97941b5281efd0fd759d3ae59fce455e9",
    "refs/tags/v1.1": "065bf80ab3ad08fb20c27790de0555bcd88a70c7",
}


def objects():
    """(type, content) of every object in the store, reachable or not."""
    data = git(REPO, "cat-file", "--batch-all-objects", "--batch", "--unordered")
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        _, kind, size = data[at:end].split()
        yield kind, data[end + 1:end + 1 + int(size)]
        at = end + 2 + int(size)


@check
def refs():
    """branches and tags are those of the rewritten history, object by object"""
    return dict(line.split(" ") for line in git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()) == REFS


@check
def shape():
    """commits and merges are all there, and deploy/prod.env is in none of them"""
    lines = git(REPO, "rev-list", "--parents", "--branches", "--tags").split(b"\n")[:-1]
    touched = git(REPO, "log", "--branches", "--tags", "--format=%H", "--", "deploy/prod.env")
    return len(lines) == 13 and sum(len(line.split()) == 3 for line in lines) == 1 and touched == b""


@check
def object_store():
    """no object of the store, reachable or not, holds the token or the removed file"""
    kinds = []
    for kind, content in objects():
        kinds.append(kind)
        if TOKEN in content or any(word in content for word in PASSWORDS):
            return False
    return kinds.count(b"commit") >= 13


@check
def files():
    """no file below the repository holds the token"""
    seen = 0
    for folder, _, names in os.walk(REPO):
        for name in names:
            path = os.path.join(folder, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                data = read(path, 16 << 20)
                seen += 1
                if TOKEN in data or any(word in data for word in PASSWORDS):
                    return False
    return seen > 5


@check
def checkout():
    """main is checked out and clean"""
    return git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and git(REPO, "status", "--porcelain", "--untracked-files=all", "--ignored") == b""


@check
def fsck():
    """git fsck --full is content"""
    return b"dangling" not in git(REPO, "fsck", "--full", "--no-progress", "--no-dangling")


finish()
