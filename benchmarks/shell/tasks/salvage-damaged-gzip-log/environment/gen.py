import os
import random
import struct
import zlib

rng = random.Random(90210)
WORDS = "accepted refused queued delivered bounced deferred expired relay peer tls plain timeout".split()


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


out = []
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
os.makedirs("/app/spool")
with open("/app/spool/events.gz", "wb") as file:
    file.write(b"".join(out))
