"""Does the hook take every push that it should and refuse every push that it must, in a repository it has never seen?"""
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


REPO = "/app/ledger.git"
REFS = {
    "refs/heads/main": "e9e5f2d6a4964cd6d5c1a0d27388d1abf4ac6f07",
    "refs/heads/release/1.0": "d7d0f1a727617c164ce3a8a30aa065c189362014",
    "refs/heads/team/north": "3240b84888e776bd2e9efd7c46fb760c58fb728f",
    "refs/tags/v1.0": "1c50497af04a5f34ee7281fb07214f44b7073265",
}
ZERO = "0" * 40
LIMIT = 65536
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
SCRATCH = "/tmp/check.%s" % os.urandom(8).hex()
os.mkdir(SCRATCH, 0o700)
SITE = SCRATCH + "/site.git"
WORK = SCRATCH + "/work.git"
USER = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": SCRATCH}


class Stream:
    """Commits for git fast-import; every commit gets a branch of its own so that its hash can be had."""

    def __init__(self):
        self.out, self.marks = [], {}

    def commit(self, name, message, parents=(), files=(), gone=()):
        self.marks[name] = len(self.marks) + 1
        who = b"Judge <judge@ledger.example> %d +0000" % (1717200000 + 60 * len(self.marks))
        message = message.encode()
        self.out.append(b"commit refs/made/%s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (name.encode(), self.marks[name], who, who, len(message), message))
        for word, parent in zip([b"from", b"merge", b"merge"], parents):
            self.out.append(b"%s :%d\n" % (word, self.marks[parent]))
        for path, data in dict(files).items():
            self.out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        for path in gone:
            self.out.append(b"D %s\n" % path.encode())


BIG, BRIM, OTHER = b"x" * (LIMIT + 1), b"y" * LIMIT, b"z" * (LIMIT + 500)
S = Stream()
S.commit("root", "start without ticket", files={"old.bin": b"o" * 99999, "README": b"one\n"})
S.commit("base", "also none", ["root"], {"a.txt": b"a\n"})
S.commit("release", "LED-2: Release", ["base"], {"VERSION": b"2\n"})
S.commit("north", "wip", ["base"], {"north.txt": b"n\n", "north.bin": b"N" * 70000})
S.old = len(S.out)
S.commit("good", "LED-10: Good\n\nnothing more", ["base"], {"good file.txt": b"g\n", "brim.bin": BRIM})
S.commit("good2", "LED-0011: Moves the old file", ["good"], {"moved/old.bin": b"o" * 60000}, ["old.bin"])
S.commit("no_ticket", "Good: LED-10", ["good"], {"x.txt": b"x\n"})
S.commit("covered", "LED-12: Hides the one below", ["no_ticket"], {"y.txt": b"x\n"})
S.commit("no_text", "LED-13: ", ["good"], {"x.txt": b"x\n"})
S.commit("no_space", "LED-13:text", ["good"], {"x.txt": b"x\n"})
S.commit("second_line", "Fix\n\nLED-13: in the body", ["good"], {"x.txt": b"x\n"})
S.commit("big", "LED-14: Big", ["good"], {"data/big \"file\".bin": BIG})
S.commit("big_gone", "LED-15: Small again", ["big"], gone=["data/big \"file\".bin"])
S.commit("side", "LED-16: Side", ["base"], {"side.txt": b"s\n"})
S.commit("merge", "Merge side", ["good", "side"], {"side.txt": b"s\n"})
S.commit("merge_north", "Merge north", ["good", "north"], {"north.txt": b"n\n", "north.bin": b"N" * 70000})
S.commit("evil", "Merge side", ["good", "side"], {"side.txt": b"s\n", "slip.bin": OTHER})
S.commit("orphan", "LED-17: A new root", files={"new.txt": b"n\n"})
S.commit("big_orphan", "LED-18: A new root", files={"new.bin": OTHER})
S.commit("rewrite", "LED-19: Elsewhere", ["root"], {"e.txt": b"e\n"})


def prepare():
    git(SCRATCH, "init", "-q", "--bare", "-b", "main", "--template=", "work.git")
    git(WORK, "fast-import", "--quiet", stdin=b"".join(S.out))
    git(SCRATCH, "init", "-q", "--bare", "-b", "main", "--template=", "site.git")
    git(SITE, "fast-import", "--quiet", stdin=b"".join(S.out[:S.old]))
    git(SITE, "update-ref", "--stdin", stdin=b"create refs/heads/main refs/made/base\ncreate refs/heads/release/2.0 refs/made/release\n"
        b"create refs/heads/team/north refs/made/north\ncreate refs/tags/v2 refs/made/base\n"
        b"delete refs/made/base\ndelete refs/made/release\ndelete refs/made/north\ndelete refs/made/root\n")
    os.mkdir(SITE + "/hooks")
    hook = read(REPO + "/hooks/pre-receive", 1 << 20)
    if not os.access(REPO + "/hooks/pre-receive", os.X_OK) or hook[:2] != b"#!":
        raise ValueError("the hook is no program")
    with open(SITE + "/hooks/pre-receive", "wb") as file:
        file.write(hook)
    os.chmod(SITE + "/hooks/pre-receive", 0o755)
    made = git(WORK, "for-each-ref", "--format=%(objectname) %(refname)", "refs/made").decode()
    return {line.split(" ")[1][len("refs/made/"):]: line.split(" ")[0] for line in made.splitlines()}


try:
    IDS = prepare()
except Exception as error:
    IDS = {}
    print("not prepared: " + ascii(repr(error))[:300])


def site():
    return git(SITE, "for-each-ref", "--format=%(refname) %(objectname)")


def push(*refspecs):
    """A real push through git, quarantine and all; gives whether it was taken. Afterwards the references are put back."""
    before = site()
    code, _, err = run(["/usr/bin/git", "push", "-q", SITE, *refspecs], WORK, env=USER)
    after = site()
    if after != before:
        old = dict(line.split(" ") for line in before.decode().splitlines())
        new = dict(line.split(" ") for line in after.decode().splitlines())
        back = ["update %s %s\n" % item for item in old.items()] + ["delete %s\n" % name for name in new if name not in old]
        git(SITE, "update-ref", "--stdin", stdin="".join(back).encode())
    if code is None or (code == 0) == (after == before):
        raise ValueError("a push that is neither taken nor refused: %r" % (refspecs,))
    return code == 0, err


def call(*updates):
    """Calls the hook as git does, with the objects at hand; gives (taken, standard error). For speed."""
    text = "".join("%s %s %s\n" % (IDS.get(old, old), IDS.get(new, new), name) for old, new, name in updates)
    environment = dict(USER, GIT_DIR=".", GIT_OBJECT_DIRECTORY=WORK + "/objects", GIT_ALTERNATE_OBJECT_DIRECTORIES=SITE + "/objects")
    code, _, err = run([SITE + "/hooks/pre-receive"], SITE, text.encode(), env=environment)
    if code is None:
        raise ValueError("the hook does not end")
    return code == 0, err


MAIN = "refs/heads/main"


@check
def good_pushes():
    """good pushes through git are taken: main forward with a file on the brim, a branch from old history, a first tag"""
    return push("refs/made/good2:" + MAIN, "refs/made/north:refs/heads/team/south", "refs/made/good:refs/tags/v3", "+refs/made/rewrite:refs/heads/team/north")[0]


@check
def bad_pushes():
    """bad pushes through git are refused as a whole and named, also for a big file that is not in the last version"""
    taken, err = push("refs/made/good:" + MAIN, "refs/made/big_gone:refs/heads/team/east")
    return not taken and b"refs/heads/team/east" in err and bool(IDS)


def table(good, cases):
    for updates in cases:
        taken, err = call(*updates)
        named = any(name.encode() in err for _, _, name in updates)
        if taken != good or not (good or named):
            raise ValueError("%r: taken %s, standard error %r" % (updates, taken, err[:80]))
    return bool(IDS)


@check
def taken():
    """what is allowed is taken"""
    return table(True, [[
        ("base", "merge_north", MAIN), (ZERO, "merge", "refs/heads/team/joined"), ("north", ZERO, "refs/heads/team/north"),
        (ZERO, "orphan", "refs/heads/team/fresh"), (ZERO, "release", "refs/heads/release/2.1"), (ZERO, "root", "refs/tags/old"),
    ]])


@check
def branches():
    """protected branches are not deleted and only move forward"""
    return table(False, [[(ZERO, "good", "refs/heads/t/1"), ("release", ZERO, "refs/heads/release/2.0")], [("base", "rewrite", MAIN)]])


@check
def tags_and_others():
    """tags stay, and other references are refused"""
    return table(False, [[("base", "merge", "refs/tags/v2")], [(ZERO, "good", "refs/notes/commits")]])


@check
def tickets():
    """every new commit has its ticket, also below the tip, on a new branch and under a tag"""
    return table(False, [[("base", "covered", MAIN)], [(ZERO, "no_space", "refs/heads/t/1")],
                         [(ZERO, "second_line", "refs/heads/t/1")], [("base", "good", MAIN), (ZERO, "no_ticket", "refs/tags/v9")]])


@check
def sizes():
    """big files are found in removed versions, merges and new roots"""
    return table(False, [[("base", "big_gone", MAIN)], [("base", "evil", MAIN)], [(ZERO, "big_orphan", "refs/heads/t/1")]])


@check
def repository():
    """the references of the repository are as they were"""
    return dict(line.split(" ") for line in git(REPO, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()) == REFS


finish()
