"""Are exactly the intact members recovered, and is every member accounted for?"""
import json
import os
import random
import stat
import struct
import zlib

RESULTS = []


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


def finish():
    """Writes the reward: 1 only when every check has passed."""
    value = {"reward": int(bool(RESULTS) and all(RESULTS)), "checks_passed": sum(RESULTS), "checks": len(RESULTS)}
    with open("/logs/verifier/.reward", "w") as file:
        json.dump(value, file)
    os.replace("/logs/verifier/.reward", "/logs/verifier/reward.json")


rng = random.Random(90210)
WORDS = "accepted refused queued delivered bounced deferred expired relay peer tls plain timeout".split()


# The file as it was made, damage included.
def text(hour, lines):
    out = []
    for number in range(lines):
        out.append(b"2024-05-0%d %02d:%02d:%02d %s id=%06x %s\n" % (hour // 24 + 1, hour % 24, number * 59 // lines, rng.randrange(60), rng.choice(WORDS).encode(),
                                                                rng.randrange(1 << 24), rng.choice([b"", b"\xff\xfe raw", "größer".encode(), "grösser".encode("latin-1")])))
    return b"".join(out)


def member(name, data, level=6, flags=8, method=8):
    body = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = body.compress(data) + body.flush()
    head = struct.pack("<BBBBIBB", 0x1F, 0x8B, method, flags, 1714521600, 0, 3)
    if flags & 4:
        head += struct.pack("<H", 12) + b"GW\x08\x00" + b"\x1f\x8b\x08\x08seq!"
    head += name.encode() + b"\x00"
    if flags & 16:
        head += b"written by gateway 2\x00"
    if flags & 2:
        head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    return head, packed, struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


out, contents = [], []
for hour in range(14):
    data = text(hour, 60 + 13 * hour % 90)
    name, level, flags = "events-%02d.log" % hour, 6, 8
    if hour == 2:
        flags = 8 | 4
    if hour == 3:
        # An attachment that is a gzip file itself, in a member that is only stored.
        inner = b"".join(member("attachment.json", b'{"order": 77, "note": "' + b"n" * 300 + b'"}\n'))
        data, level = data[:900] + b"attachment: " + inner + b"\n" + data[900:], 0
    if hour == 5:
        flags = 8 | 16 | 2
    if hour == 6:
        data = data[:-9]
    if hour == 8:
        data = b""
    head, packed, tail = member(name, data, level, flags)
    if hour == 1:
        # Altered in the middle.
        middle = len(packed) // 2
        packed = packed[:middle] + bytes(byte ^ 0x5A for byte in packed[middle:middle + 40]) + packed[middle + 40:]
    if hour == 4:
        packed, tail = packed[:len(packed) * 2 // 3], b""
    if hour == 7:
        # Stored and altered in one byte: it still inflates to its end. The attachment in it is sound, and no member.
        inner = b"".join(member("events-99.log", b"not a member\n" * 30))
        data = data[:400] + inner + data[400:]
        head, packed, tail = member(name, data, 0, 8)
        at = packed.index(data[100:140])
        packed = packed[:at] + b"X" + packed[at + 1:]
    if hour == 9:
        tail = tail[:4] + struct.pack("<I", len(data) + 1)
    if hour == 10:
        packed, tail = packed[:60], b""
    if hour == 13:
        tail = tail[:5]
    out.append(head + packed + tail)
    contents.append(data)
SPOOL = b"".join(out)
DAMAGED = [1, 4, 7, 9, 10, 13]
INTACT = [hour for hour in range(14) if hour not in DAMAGED]


def name(hour):
    return "events-%02d.log" % hour


def report():
    value = json.loads(read("/app/report.json", 65536).decode("utf-8"))
    if not isinstance(value, dict) or set(value) != {"intact", "damaged"}:
        raise ValueError("not an object with the two keys")
    return value


@check
def recovered():
    """recovered.log is the contents of the intact members, byte for byte"""
    return read("/app/recovered.log") == b"".join(contents[hour] for hour in INTACT)


@check
def parts():
    """each intact hour is in it once, at its place"""
    data, at = read("/app/recovered.log"), 0
    for hour in INTACT:
        if data[at:at + len(contents[hour])] != contents[hour]:
            return False
        at += len(contents[hour])
    return at == len(data)


@check
def intact():
    """the list of intact members"""
    return report()["intact"] == [name(hour) for hour in INTACT]


@check
def damaged():
    """the list of damaged members"""
    return report()["damaged"] == [name(hour) for hour in DAMAGED]


@check
def spool():
    """the spool file is as it was"""
    data = read("/app/spool/events.gz")
    return data == SPOOL


finish()
