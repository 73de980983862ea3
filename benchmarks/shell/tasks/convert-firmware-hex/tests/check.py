"""Does the converter make the right image, also of files that it has never seen, and refuse every bad one?"""
import os
import random
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


START = 0x08000000
rng = random.Random(8051)


def record(kind, address, data, upper=True):
    body = bytes([len(data), address >> 8, address & 255, kind]) + data
    text = (body + bytes([-sum(body) & 255])).hex()
    return ":" + (text.upper() if upper else text)


# The firmware as it was made.
chunks = []
for start, size in ((0x08000000, 300), (0x08000400, 1500), (0x0800FFF0, 64), (0x08020000, 33), (0x08023001, 77)):
    data = rng.randbytes(size)
    at = 0
    while at < size:
        step = rng.choice([16, 16, 16, 32, 5])
        chunks.append((start + at, data[at:at + step]))
        at += step


def image(parts):
    """The flash image of [(address, data)]."""
    end = max(address + len(data) for address, data in parts) - START
    out = bytearray(b"\xff" * (-(-end // 1024) * 1024))
    for address, data in parts:
        out[address - START:address - START + len(data)] = data
    return bytes(out)


rng.shuffle(chunks)
lines, base = [], None
for address, data in chunks:
    if base is None or not 0 <= address - base <= 0xFFFF:
        base = address & ~0xFFFF
        lines.append(record(4, 0, (base >> 16).to_bytes(2, "big")))
    lines.append(record(0, address - base, data, rng.random() < 0.7))
    if rng.random() < 0.03:
        lines.append(lines[-1])
lines.insert(9, record(5, 0, bytes.fromhex("08000131")))
lines += [record(1, 0, b""), "; built for board C"]
SHIPPED = "\r\n".join(lines).encode()
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
SCRATCH = "/tmp/check.%s" % os.urandom(8).hex()
os.mkdir(SCRATCH, 0o700)
BASE, LAST = record(4, 0, b"\x08\x00"), record(1, 0, b"")


def convert(text, old=None):
    """(status, standard output, standard error, output file or None)"""
    source, target = SCRATCH + "/in put.hex", SCRATCH + "/out.bin"
    with open(source, "wb") as file:
        file.write(text if isinstance(text, bytes) else "\n".join(text).encode())
    if os.path.lexists(target):
        os.unlink(target)
    if old is not None:
        with open(target, "wb") as file:
            file.write(old)
    code, out, err = run(["/app/hex2flash", "in put.hex", "out.bin"], SCRATCH)
    return code, out, err, read(target) if os.path.lexists(target) else None


def accepted(text, wanted, old=None):
    return convert(text, old) == (0, b"", b"", wanted)


def refused(text, number, old=None):
    code, _, err, kept = convert(text, old)
    if (code, kept) != (1, old) or not err.startswith(b"line %d: " % number):
        raise ValueError("%r gave %r" % (text, (code, err[:60], kept and len(kept))))
    return sorted(os.listdir(SCRATCH)) == ["in put.hex"] + (["out.bin"] if old is not None else [])


@check
def shipped():
    """flash.bin is the image of firmware.hex, which is as it was"""
    return read("/app/flash.bin") == image(chunks) and read("/app/firmware.hex") == SHIPPED


@check
def bases():
    """both kinds of base, records across 64 KiB, any order and case; a byte given twice, junk after the end; an image that needs no filling up"""
    edge = bytes(range(32))
    return accepted([BASE, record(0, 0xFFF0, edge, False), record(2, 0, b"\xf0\x00"), record(4, 0, b"\x08\x01"), record(0, 0x3FD, b"xyz"), "", record(3, 0, bytes(4)),
                     BASE, record(0, 1023, b"\x00"), record(0, 1023, b"\x00"), LAST, "junk after the end", ""],
                    image([(0x0800FFF0, edge), (0x080103FD, b"xyz"), (0x080003FF, b"\x00")]), b"old")


@check
def brim():
    """the last byte of the flash belongs to it, the next does not"""
    top = record(4, 0, b"\x08\x0f")
    return accepted([top, record(0, 0xFFFE, b"ab"), LAST], image([(0x080FFFFE, b"ab")])) and refused([top, record(0, 0xFFFE, b"abc"), LAST], 2)


@check
def low():
    """data below the flash is refused, also after a segment base took over"""
    return refused([record(0, 0, b"x"), LAST], 1) and refused([BASE, record(0, 0, b"x"), record(2, 0, b"\x10\x00"), record(0, 4, b"y"), LAST], 4)


@check
def bad_records():
    """bad characters, lengths, checksums and types are refused with the line's number, and an old output stays"""
    good = record(0, 16, b"good")
    bad = [good[:-1] + ("0" if good[-1] != "0" else "1"), good[:-2], good + "00", good[:4] + "g" + good[5:], good[1:], " " + good, record(6, 0, b""), record(4, 0, b"\x08"), record(1, 0, b"x"), ":", ":000000"]
    return all(refused([BASE, "", line, LAST], 3, b"old") for line in bad)


@check
def conflicts_and_end():
    """a byte given twice with two values and a missing end are refused"""
    return refused([BASE, record(0, 0, b"abcd"), record(0, 3, b"D"), LAST], 3) and refused([BASE, record(0, 0, b"abcd"), "", ""], 2)


finish()
