"""Does a repository with only the last bundle's contents take the new one, and is nothing in it twice?"""
import hashlib
import os
import resource
import select
import signal
import stat
import tempfile
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


REPO = "/app/catalogue"
OUT = "/app/handover/2024-06.bundle"
REFS = {
    "refs/heads/experiment": "74b203b5896af67c5aed47bd156779dbff97c195",
    "refs/heads/label-printer": "758c188928e9826a6e079ade9dc272d8c49d0882",
    "refs/heads/main": "8ce73c8601126e903bbf9b91be2d025d72109bd3",
    "refs/tags/nightly": "74b203b5896af67c5aed47bd156779dbff97c195",
    "refs/tags/v3.1.0": "95487cc44fc5449e507b6ae5ffba046208c7639e",
    "refs/tags/v3.2.0": "9d13b7b9d0343a7091c9c0fdac90cf122f925ee7",
}
# What the last bundle brought to the reading room.
OLD = {
    "refs/heads/main": "804406bcf772984c453e08e6f0f4de5103545db7",
    "refs/heads/hotfix": "0eba7c922f6c8d68218dfb291877743442d64660",
    "refs/tags/v3.1.0": "95487cc44fc5449e507b6ae5ffba046208c7639e",
}
SHIPPED = {name: REFS[name] for name in ("refs/heads/main", "refs/heads/label-printer", "refs/tags/v3.2.0")}
NEW_OBJECTS = 14


def header():
    """(references, prerequisites, rest of the file) of the new bundle."""
    data = read(OUT)
    head, pack = data.split(b"\n\n", 1)
    first, *lines = head.decode().split("\n")
    if first not in ("# v2 git bundle", "# v3 git bundle"):
        raise ValueError("no bundle")
    lines = [line for line in lines if not line.startswith("@")]
    needs = {line[1:41] for line in lines if line.startswith("-")}
    return dict(reversed(line.split(" ", 1)) for line in lines if not line.startswith("-")), needs, pack


@check
def references():
    """the bundle carries exactly the three references, as they are"""
    return header()[0] == SHIPPED


@check
def size():
    """only new objects are in it, all of them"""
    pack = header()[2]
    return pack[:4] == b"PACK" and int.from_bytes(pack[8:12], "big") == NEW_OBJECTS and len(pack) < 20000


@check
def accepted():
    """a repository with the last bundle's contents alone can fetch all three"""
    with tempfile.TemporaryDirectory() as scratch:
        site, copy = scratch + "/site.git", scratch + "/new.bundle"
        with open(copy, "wb") as file:
            file.write(read(OUT))
        git(scratch, "init", "-q", "--bare", "--template=", "site.git")
        git(site, "fetch", "-q", "--no-tags", "/app/handover/2024-05.bundle", *("%s:%s" % (name, name) for name in OLD))
        before = {name: ref(site, name) for name in OLD}
        git(site, "fetch", "-q", "--no-tags", copy, *("+%s:refs/got/%s" % (name, name) for name in SHIPPED))
        return before == OLD and all(ref(site, "refs/got/" + name) == value for name, value in SHIPPED.items()) and git(site, "fsck", "--connectivity-only") is not None


@check
def checksum():
    """the checksum file names the bundle by its bare name and is right"""
    line = read(OUT + ".sha256", 4096).decode().rstrip("\n")
    return line in [hashlib.sha256(read(OUT)).hexdigest() + sign + "2024-06.bundle" for sign in ("  ", " *")]


@check
def untouched():
    """the repository's references and the last bundle are as they were"""
    refs = dict(line.split(" ") for line in git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines())
    heads = {line.split(" ")[1]: line.split(" ")[0] for line in git("/", "bundle", "list-heads", "/app/handover/2024-05.bundle").decode().splitlines()}
    heads.pop("HEAD", None)
    return refs == REFS and heads == OLD and git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and git(REPO, "status", "--porcelain") == b""


finish()
