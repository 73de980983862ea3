"""Runs the tool in fresh vaults: names, umasks, links, bytes, exit codes and what is left behind."""

import ctypes
import hashlib
import os
import resource
import select
import shutil
import signal
import stat
import time

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def need(condition, why):
    if not condition:
        raise AssertionError(why)


def read(path, limit=1 << 20):
    """The bytes of a plain file: never through a link, never from a pipe, never without bound."""
    need(os.path.realpath(path) == path, path + " is reached through a link")
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        info = os.fstat(fd)
        need(stat.S_ISREG(info.st_mode), path + " is not a plain file")
        need(info.st_size <= limit, path + " is too large")
        data = b""
        while len(data) <= limit:
            part = os.read(fd, 1 << 16)
            if not part:
                return data
            data += part
        raise AssertionError(path + " is too large")
    finally:
        os.close(fd)


def text(path, limit=1 << 20):
    return read(path, limit).decode("utf-8")


BUDGET = [12.0]  # seconds for all runs together; nothing is left after a run that did not end


def children():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/" + name + "/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != b"Z":
                found.append(int(name))
    return found


def spawn(command, descriptors, cwd, env, umask):
    """Starts a program in a session of its own. The module subprocess is not used: its import takes as long as many a program."""
    here, before = os.getcwd(), os.umask(umask)
    os.chdir(cwd)
    try:
        return os.posix_spawnp(
            command[0], command, env, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(descriptors)],
            setsid=True, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    finally:
        os.chdir(here)
        os.umask(before)


def wait(child, seconds):
    """The exit code; None when the program has not ended by then."""
    watch = os.pidfd_open(child)
    try:
        if not select.select([watch], [], [], seconds)[0]:
            return None
    finally:
        os.close(watch)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spare():
    """A file without a name, for what a program reads or writes."""
    return os.fdopen(os.memfd_create("spare"), "w+b")


def run(command, stdin=b"", timeout=3.0, cwd="/app", umask=0o022, env=None, limit=1 << 20):
    """Runs a program of the solution; gives (exit code, stdout, stderr). Nothing that it started lives on."""
    left = min(timeout, BUDGET[0])
    need(left > 0, "the program hung before, or took too long in all")
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become ours, so that they can be ended

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # these are inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with spare() as out, spare() as err, spare() as source:
        source.write(stdin)
        source.seek(0)
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        clean.update(env or {})
        begin = time.monotonic()
        child = spawn(command, [source.fileno(), out.fileno(), err.fileno()], cwd, clean, umask)
        code = None
        try:
            code = wait(child, left)
            BUDGET[0] = 0 if code is None else BUDGET[0] - (time.monotonic() - begin)
        finally:
            for _ in range(50):
                rest = children()
                if not rest:
                    break
                for pid in rest:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                time.sleep(0.002)
            if code is None:
                os.waitpid(child, 0)
        need(code is not None, "the program did not end in time")
        out.seek(0)
        err.seek(0)
        return code, out.read(limit), err.read(limit)


TOOL = "/app/bin/store-secret"
BASE = "/tmp/store-secret-check"


def fresh(mode=0o700):
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE)
    os.chmod(BASE, 0o755)
    vault = BASE + "/the vault"
    if mode is not None:
        os.mkdir(vault)
        os.chmod(vault, mode)
    return vault


def put(path, content, mode=0o600):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def store(vault, *arguments, stdin=b"s3cret", umask=0o022, cwd="/"):
    need(os.access(TOOL, os.X_OK) and os.path.isfile(TOOL), "the tool is not there")
    code, out, _ = run([TOOL, *arguments], stdin=stdin, umask=umask, cwd=cwd, env={"VAULT_DIR": vault})
    need(out == b"", "standard output is not empty")
    return code


def holds(vault, content, path="", mode=0o600):
    full = vault + "/" + path
    info = os.lstat(full)
    need(stat.S_ISREG(info.st_mode), path + " is not a regular file")
    need(stat.S_IMODE(info.st_mode) == mode, path + " has the wrong mode")
    need(read(full) == content, path + " has the wrong content")


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


@check
def plain():
    for umask in (0o000, 0o022, 0o077, 0o777):
        vault = fresh()
        data = bytes(range(256)) * 300 + b"\nno newline at the end"
        need(store(vault, "db.pass-1_A", stdin=data, umask=umask) == 0, "exit code with umask %03o" % umask)
        holds(vault, data, "db.pass-1_A")
        need(os.listdir(vault) == ["db.pass-1_A"], "something is left")


@check
def new_vault():
    for umask in (0o000, 0o077, 0o277):
        vault = fresh(None)
        need(store(vault, "a", stdin=b"\n\n", umask=umask, cwd=BASE) == 0, "exit code")
        need(mode(vault) == 0o700, "the mode of the new vault")
        holds(vault, b"\n\n", "a")


@check
def names():
    vault = fresh()
    put(BASE + "/outside", b"outside")
    put(vault + "/kept", b"kept")
    for bad in ("", ".", "..", ".hidden", "-x", "a/b", "../outside", "a b", "a\nb", "caf\u00e9", "a*", "$x", "kept\n"):
        need(store(vault, bad) == 2, "name " + repr(bad))
    need(store(vault) == 2 and store(vault, "a", "b") == 2, "number of arguments")
    need(sorted(os.listdir(vault)) == ["kept"] and sorted(os.listdir(BASE)) == ["outside", "the vault"], "something was created")
    vault = fresh(None)
    need(store(vault, "a/b") == 2 and not os.path.lexists(vault), "the vault was created for a bad name")
    vault = fresh()
    for good in ("A", "0", "_", "a.", "z..z"):
        need(store(vault, good, stdin=good.encode()) == 0, "name " + good)
        holds(vault, good.encode(), good)


@check
def bad_vaults():
    for loose in (0o750, 0o701, 0o707, 0o770, 0o720):
        vault = fresh(loose)
        need(store(vault, "a") == 3 and os.listdir(vault) == [] and mode(vault) == loose, "a vault of mode %04o" % loose)
        need(store(vault, "a b") == 2, "the lowest code")
        need(store(vault, "a", stdin=b"") == 3, "the lowest code")
    vault = fresh(None)
    os.mkdir(BASE + "/real", 0o700)
    os.symlink("real", vault)
    need(store(vault, "a") == 3 and os.listdir(BASE + "/real") == [], "a link as a vault")
    need(store(vault + "/", "a") == 3 and os.listdir(BASE + "/real") == [], "a link as a vault, with a slash")
    vault = fresh(None)
    put(vault, b"file")
    need(store(vault, "a") == 3 and read(vault) == b"file", "a file as a vault")


@check
def replacement():
    vault = fresh()
    put(vault + "/a", b"old and longer", 0o644)
    os.link(vault + "/a", BASE + "/other name")
    need(store(vault, "a", stdin=b"new") == 0, "exit code")
    holds(vault, b"new", "a")
    need(read(BASE + "/other name") == b"old and longer", "the other link was overwritten")
    need(mode(BASE + "/other name") == 0o644, "the old file's mode was changed")


@check
def links():
    vault = fresh()
    put(BASE + "/victim", b"victim", 0o644)
    os.mkdir(BASE + "/dir")
    os.symlink("../victim", vault + "/to-file")
    os.symlink("../dir", vault + "/to-dir")
    os.symlink("../nothing", vault + "/to-nothing")
    for name in ("to-file", "to-dir", "to-nothing"):
        need(store(vault, name, stdin=name.encode()) == 0, "exit code for " + name)
        holds(vault, name.encode(), name)
    need(read(BASE + "/victim") == b"victim" and mode(BASE + "/victim") == 0o644, "the link's target was touched")
    need(os.listdir(BASE + "/dir") == [] and not os.path.lexists(BASE + "/nothing"), "something was created through a link")
    need(sorted(os.listdir(vault)) == ["to-dir", "to-file", "to-nothing"], "something is left")


@check
def refusals():
    vault = fresh()
    put(vault + "/a", b"old")
    need(store(vault, "a", stdin=b"") == 5, "empty input")
    holds(vault, b"old", "a")
    os.mkdir(vault + "/d")
    need(store(vault, "d") == 4 and os.listdir(vault + "/d") == [], "a directory in the way")
    need(store(vault, "d", stdin=b"") == 4, "the lowest code")
    need(sorted(os.listdir(vault)) == ["a", "d"], "something is left")


@check
def while_it_is_written():
    vault = fresh()
    put(vault + "/a", b"old")
    data = b"0123456789abcdef" * 20000
    code = (
        "import os, subprocess, sys\n"
        "os.umask(0)\n"
        "tool = subprocess.Popen([sys.argv[1], 'a'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)\n"
        "data = b'0123456789abcdef' * 20000\n"
        "tool.stdin.write(data[:250000])\n"
        "tool.stdin.flush()\n"  # more than a pipe holds: the tool has taken the rest
        "bad = [n for n in os.listdir(sys.argv[2]) if os.lstat(sys.argv[2] + '/' + n).st_mode & 0o77]\n"
        "bad += ['a'] if open(sys.argv[2] + '/a', 'rb').read() != b'old' else []\n"
        "tool.stdin.write(data[250000:])\n"
        "tool.stdin.close()\n"
        "sys.exit(tool.wait() or len(bad))\n"
    )
    result, _, _ = run(["/usr/bin/python3", "-I", "-B", "-c", code, TOOL, vault], env={"VAULT_DIR": vault})
    need(result == 0, "half written, the secret is open to others, or the old one is gone")
    holds(vault, data, "a")


@check
def default_vault():
    for env in ({}, {"VAULT_DIR": ""}):
        if os.path.isdir("/app/vault") and not os.path.islink("/app/vault"):
            shutil.rmtree("/app/vault")
        code, out, _ = run([TOOL, "token"], stdin=hashlib.sha256(b"7").digest(), cwd="/tmp", env=env)
        need(code == 0 and out == b"", "exit code")
        holds("/app/vault", hashlib.sha256(b"7").digest(), "token")
        need(mode("/app/vault") == 0o700, "the mode of the vault")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    with open("/logs/verifier/reward.json.new", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
