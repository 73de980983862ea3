"""The stored sums against figures worked out by hand, and the program on notes that it has never seen."""

import ctypes
import os
import random
import re
import resource
import select
import signal
import stat
import time
from fractions import Fraction

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


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


NOTES = generator()["NOTES"]
WANTED = "Letters\t-3\nR\u00e9serve\t0\nletters\t3\nmaps\t1610613036\nodd\t1\nphoto\t22517998136852481\nphoto: glass\t3298535583328\nsound archive\t5242880\nzero\t0\n"


def sums(source):
    totals, bad = {}, []
    for number, line in enumerate(source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        if not line.strip(" \t") or line[0] == "#":
            continue
        match = re.fullmatch(r"(.*):[ \t]*([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)[ \t]*(?:([kmgtp])(b|ib)?|b)?[ \t]*", re.split("[ \t]#", line, 1)[0], re.IGNORECASE)
        if not match or not match.group(1).strip(" \t"):
            bad.append(number)
            continue
        owner, sign, digits, letter, kind = match.groups()
        whole, _, rest = digits.partition(".")
        value = Fraction(int((whole + rest) or "0"), 10 ** len(rest))
        if letter:
            value *= (1000 if (kind or "").lower() == "b" else 1024) ** ("kmgtp".index(letter.lower()) + 1)
        owner = owner.strip(" \t")
        totals[owner] = totals.get(owner, 0) + (-value if sign == "-" else value)
    out = ""
    for owner in sorted(totals, key=str.encode):
        size = abs(totals[owner])
        size = (2 * size.numerator + size.denominator) // (2 * size.denominator)
        out += "%s\t%d\n" % (owner, -size if totals[owner] < 0 else size)
    return out, bad


def same(source):
    need(os.path.isfile("/app/quota-sum") and os.access("/app/quota-sum", os.X_OK), "no program")
    code, out, err = run(["/app/quota-sum"], stdin=source.encode(), cwd="/")
    wanted, bad = sums(source)
    need(out.decode() == wanted, "found %r, wanted %r" % (sorted(set(out.decode().split("\n")) - set(wanted.split("\n")))[:3], sorted(set(wanted.split("\n")) - set(out.decode().split("\n")))[:3]))
    need(code == (1 if bad else 0) and err.decode().split("\n") == ["line %d: invalid" % number for number in bad] + [""], "exit code %d, errors %r, not %r" % (code, err.decode(), bad))


@check
def stored():
    need(sums(NOTES)[0] == WANTED, "the reference disagrees: " + sums(NOTES)[0])
    need(text("/app/quota-sums.txt") == WANTED, "quota-sums.txt")


@check
def exactness():
    same("a: 0.1\n" * 5 + "b: -0.5\nc: 0.49999999999999999999\nd: 2.5\ne: 3.5\nf: -1.5\n" + "g: 123456789012345678901234567890.1PB\n" + "h: 0.001 KB\n" * 1500 + "i: 0.1GiB\nj: 0.7k\n" * 3 + "k: 00012\nl: -0\nm: 1\nm: -1.0\n"
         "x: 1KB\nx: 1KiB\nx: 1K\ny: 1mB\ny: 1Mib\nz: 2 \t pIb\nz:\t1tb\nz: 1 gB\nz: 7 b\n")


@check
def forms():
    same("ok: 1\nno\nno:\n: 5\nno: 5 X\nno: 5 KK\nno: 5 iB\nno: 0x10\nno: 1.2.3\nno: .\nno: --1\nno: 1 000\nno: 1_000\nno: inf\nno: nan\nno: 5 k i b\nno: \u0665\nno: 5\u00a0k\n#: 5\nok: +.5 # : 7\nok 5 # a: 7\nok: 5 k # b # c\n- 1\n"
         "a:b:c : 1\n a : 2 \na: 3\t#x: y\n\u00e4 \u00f6: 4\nB: 1\nC#d: 2\n")
    same("")
    same("\n\n# only\r\n \t \r\na: 1 k\r\na: 1 k\r\nb: - 5\r\nc: 1 kB")


@check
def random_notes():
    rng = random.Random(1024)
    lines = []
    for _ in range(400):
        size = "%s%d%s" % (rng.choice(["", "", "-", "+"]), rng.randrange(10 ** rng.randrange(1, 12)), rng.choice(["", ".%d" % rng.randrange(10000)]))
        lines.append("%s:%s%s%s" % (rng.choice(["ann", "Bo", "c d", "e:f"]), rng.choice(["", " "]), size, rng.choice(["", " "]) + rng.choice("B kB MB gb TB PB KiB mib GiB TIB PiB K m G t P".split() + [""])))
    same("\n".join(lines))


@check
def input_unchanged():
    need(read("/app/quotas.txt") == NOTES.encode() and os.path.isfile("/app/quota-sum"), "quotas.txt, or no program")


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
