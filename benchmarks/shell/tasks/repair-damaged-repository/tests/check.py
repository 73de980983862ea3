"""Is the repository whole again, with all history, the right tip and somebody's uncommitted edits?"""
import hashlib
import os
import resource
import select
import shutil
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


REPO = "/app/sonata"
REFS = {
    "refs/heads/main": "e9d78eba247807d20720c41f1c57defccfea7f88",
    "refs/heads/ornaments": "49b1de5593038c28e8b7596dac2ff63d01edb5a7",
    "refs/tags/v1.1": "e0987e75591d49aa15bd1d535bf418fbe7c958bd",
}
# SHA-256 of the files of the working tree and of the export, as they were.
FILES = {
    "./sketches/coda.txt": "936a86a654320aa50034b083f8efe5c6f69fd8cd2e3fcdc1846e73091bc47791",
    "./README.md": "df8ca27a441cd3903df9d2bee8e46365dbb92d86be1467868a02e81e9cd82702",
    "./voices/tenor.txt": "aecc21809063d64d6d4bf351dd07a531c7f2f0cdb84db9eb2e84c8afe0d57f6e",
    "./voices/bass line.txt": "b7a1056861e2314bade46c5f866c1520e1846acd6905fcdb0d7eb1b17e209c01",
    "./voices/alto.txt": "a2d4504028d7f556c04a9fb596786bb48484895411178e1c06f231d9c580fde5",
}
EXPORT = {
    "./README.md": "97c0b3c883515b840985773d695032719aec31e41f9f676b9fc6b133e5fb7182",
    "./voices/tenor.txt": "eff60a3173536d32fc4a7188f5ff4305d377e3017e0a3c4557bf02b9890fffdc",
    "./voices/bass line.txt": "2fcd93ba714be6c45212407469b958a67f1482240f628b82792ecff9c5d6a030",
    "./voices/soprano.txt": "d78c85ccb001d5dfbc26bea79dec303140671c827bb8908f77d3b69da3dce2a3",
    "./voices/alto.txt": "167203826a0627362b905e3573d16e7c652c672a0d968c711d52f5b94ee15800",
}


def files(root):
    found = {}
    for folder, folders, names in os.walk(root):
        if ".git" in folders:
            folders.remove(".git")
        for name in names:
            path = os.path.join(folder, name)
            found["./" + os.path.relpath(path, root)] = hashlib.sha256(read(path)).hexdigest()
    return found


@check
def refs():
    """HEAD is on main, and main and all other references are where they were"""
    found = dict(line.split(" ") for line in git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines())
    return git(REPO, "symbolic-ref", "HEAD").strip() == b"refs/heads/main" and found == REFS


@check
def objects():
    """every object that the references lead to is there, sound, in the repository itself"""
    if os.path.lexists(REPO + "/.git/objects/info/alternates") or os.path.islink(REPO + "/.git/objects") or os.path.islink(REPO + "/.git"):
        return False
    if any(os.path.lexists(REPO + "/.git/" + name) for name in ("shallow", "info/grafts")) or git(REPO, "for-each-ref", "refs/replace"):
        return False
    with tempfile.TemporaryDirectory() as scratch:
        # A copy of the store alone, judged by a repository of the judge's own.
        git(scratch, "init", "-q", "--bare", "--template=", "copy.git")
        shutil.rmtree(scratch + "/copy.git/objects")
        shutil.copytree(REPO + "/.git/objects", scratch + "/copy.git/objects", symlinks=True)
        for name, value in REFS.items():
            git(scratch + "/copy.git", "update-ref", name, value)
        report = git(scratch + "/copy.git", "fsck", "--full", "--strict", "--no-progress")
        listed = git(scratch + "/copy.git", "rev-list", "--objects", *REFS.values())
        return b"missing" not in report and len(listed.splitlines()) == 28


@check
def fsck():
    """git fsck --full in the repository is content"""
    return b"missing" not in git(REPO, "fsck", "--full", "--no-progress")


@check
def working_tree():
    """the files of the working tree are as they were, the uncommitted edits included"""
    return files(REPO) == FILES


@check
def status():
    """git status shows these edits and nothing staged"""
    lines = git(REPO, "status", "--porcelain", "--untracked-files=all").decode().splitlines()
    return sorted(lines) == sorted([" D voices/soprano.txt", " M voices/tenor.txt", "?? sketches/coda.txt"])


@check
def commit():
    """an ordinary commit succeeds in a copy of it"""
    with tempfile.TemporaryDirectory() as scratch:
        copy = scratch + "/sonata"
        shutil.copytree(REPO, copy, symlinks=True)
        git(copy, "commit", "-q", "-a", "-m", "Try")
        return git(copy, "rev-list", "--parents", "-1", "main").decode().split()[1:] == [REFS["refs/heads/main"]]


@check
def others():
    """the mirror and the export are as they were"""
    return ref("/app/mirror.git", "refs/heads/main") == "c81276e2aeef4b09764a747672af3618c179662a" and files("/app/export") == EXPORT


finish()
