"""Runs the tool in fresh folders and compares what is there afterwards with what the rules give."""

import ctypes
import hashlib
import os
import random
import re
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


TOOL = "/app/bin/clean-names"
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
BASE = b"/tmp/check.%s" % os.urandom(8).hex().encode()


def clean(name):
    name = re.sub(rb"[ \t\n]+", b"-", bytes(c + 32 if 65 <= c <= 90 else c for c in name))
    name = re.sub(rb"[^a-z0-9._-]", b"", name)
    return name.lstrip(b"-.") or b"unnamed"


def expected(files, others):
    """old name -> new name"""
    taken = set(others) | {name for name in files if clean(name) == name}
    result = {}
    for name in sorted(files):
        new = clean(name)
        if new != name:
            stem, dot, extension = new.rpartition(b".")
            if not dot:
                stem, extension = new, b""
            number = 1
            while new in taken:
                number += 1
                new = stem + b"-%d" % number + dot + extension
            taken.add(new)
        result[name] = new
    return result


def content(name):
    return hashlib.sha256(name).digest()


def fill(folder, files, directories=(), links=()):
    os.makedirs(folder)
    for index, name in enumerate(files):
        path = folder + b"/" + name
        with open(path, "wb") as file:
            file.write(content(name))
        os.chmod(path, (0o644, 0o600, 0o755)[index % 3])
        os.utime(path, (10**9 + index, 10**9 + index))
    for name in directories:
        os.mkdir(folder + b"/" + name)
        with open(folder + b"/" + name + b"/Not This One.TXT", "wb") as file:
            file.write(b"inner")
    for name, target in links:
        os.symlink(target, folder + b"/" + name)


def verify(folder, files, directories=(), links=(), hidden=()):
    looked = [name for name in files if not name.startswith(b".")]
    names = expected(looked, list(directories) + [name for name, _ in links] + [name for name in files if name.startswith(b".")])
    wanted = {names.get(name, name): (content(name), (0o644, 0o600, 0o755)[index % 3], 10**9 + index) for index, name in enumerate(files)}
    found = {}
    for name in os.listdir(folder):
        info = os.lstat(folder + b"/" + name)
        if stat.S_ISREG(info.st_mode):
            with open(folder + b"/" + name, "rb") as file:
                found[name] = (file.read(100), stat.S_IMODE(info.st_mode), int(info.st_mtime))
        elif stat.S_ISDIR(info.st_mode):
            need(name in directories and os.listdir(folder + b"/" + name) == [b"Not This One.TXT"], "a folder was changed")
        else:
            need((name, os.readlink(folder + b"/" + name)) in links, "a link was changed")
    need(set(found) == set(wanted), "only found %r, only wanted %r" % (sorted(set(found) - set(wanted))[:3], sorted(set(wanted) - set(found))[:3]))
    need(found == wanted, "contents, modes or times")
    need(len(os.listdir(folder)) == len(wanted) + len(directories) + len(links), "folders or links are gone")
    return sum(a != b for a, b in names.items()), len(looked)


def clean_names(*arguments, cwd=BASE):
    need(os.path.isfile(TOOL) and os.access(TOOL, os.X_OK), "no program")
    code, out, _ = run([TOOL, *arguments], cwd=cwd, env={"LC_ALL": "en_US.UTF-8"})
    return code, out


def trial(files, directories=(), links=(), argument=b"scans", twice=False):
    shutil.rmtree(BASE, ignore_errors=True)
    folder = BASE + b"/" + argument
    fill(folder, files, directories, links)
    code, out = clean_names(argument)
    count, total = verify(folder, files, directories, links)
    need(code == 0 and out == b"renamed %d of %d\n" % (count, total), "exit code %d, %r" % (code, out))
    if twice:
        code, out = clean_names(argument)
        verify(folder, files, directories, links)
        need(code == 0 and out == b"renamed 0 of %d\n" % total, "the second run")


@check
def ordinary():
    trial([b"Report 1.PDF", b"plain.txt", b"IMG_0001.JPG", b"two  blanks\tand tab.txt", b"UPPER", b"archive.TAR.GZ", b"line\nbreak.txt"])


@check
def odd_names():
    trial([b"-rf", b"--Help", b"-n", b"*", b"a*b", b"[x].txt", b"$HOME.txt", b"back\\slash", b"quote'\".txt", b" lead", b"trail ", b"\xff\xfe.bin", "Gr\u00fc\u00dfe.txt".encode(), "\u0130 I.TXT".encode(), b"`id`.txt", b"; ls", b"e.\n", b"\n\n", b"~", b"#x#", b"a&b|c"])


@check
def nothing_left():
    trial([b"???", b"- .JPG", b"-.-", "\u00fc\u00f6.PNG".encode(), "\u00e9".encode(), b"-..", b"(1).pdf", b"_.txt", b"-.tar.gz", b"!.!", b"!!.", b"unnamed-2"])


@check
def collisions():
    trial(
        [b"a.txt", b"A.txt", b"A.TXT", b"a.TXT", b"a-2.txt", b"B", b"b!", b"b?", b"Dir", b"Link", b"dead!", b"x.tar.gz", b"X.tar.gz", b"c d", b"c  d", b"c-d", b"Unnamed", b"??", b".hidden.Y", b"Hidden.y", b"a-2.TXT", b"z 10", b"Z 10", b"z 9"],
        [b"dir", b"Sub Folder"], [(b"link", b"a.txt"), (b"dead", b"nowhere"), (b"Not This", b"a.txt")], twice=True,
    )


@check
def counts_and_arguments():
    trial([])
    trial([b"clean.txt"], [b"D 1"], [(b"L 1", b"x")])
    trial([b"A B"], argument=b"-Deep/-er  dir *\n")
    shutil.rmtree(BASE, ignore_errors=True)
    fill(BASE + b"/real", [b"A"])
    os.symlink(b"real", BASE + b"/by link")
    need(clean_names(b"by link") == (0, b"renamed 1 of 1\n") and os.listdir(BASE + b"/real") == [b"a"], "a link to a directory")
    for arguments in ((), (b"missing",), (b"real/a",), (b"",)):
        code, out = clean_names(*arguments)
        need(code == 2 and out == b"", "no directory: %r" % (arguments,))
    need(os.listdir(BASE + b"/real") == [b"a"], "something was renamed without a directory")


@check
def random_folder():
    rng = random.Random(9)
    names = {b"".join(rng.choice([b"a", b"A", b"b", b" ", b".", b"-", b"!", b"2", b"_", b"\n"]) for _ in range(rng.randrange(1, 6))) for _ in range(150)}
    trial(sorted(names - {b".", b".."}), twice=True)


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
