#!/bin/bash
set -euo pipefail
cat > /app/hex2flash <<'END'
#!/usr/bin/python3 -IB
import os
import re
import sys

START, END = 0x08000000, 0x08100000


class Wrong(Exception):
    pass


def read(lines):
    image, base, last = {}, 0, 0
    for number, line in enumerate(lines, 1):
        line = line.removesuffix(b"\r")
        if not line:
            continue
        last = number
        if not re.fullmatch(rb":([0-9A-Fa-f]{2})*", line):
            raise Wrong(number, "not a record")
        record = bytes.fromhex(line[1:].decode())
        if len(record) < 5 or len(record) != record[0] + 5:
            raise Wrong(number, "the length does not match")
        if sum(record) & 255:
            raise Wrong(number, "wrong checksum")
        address, kind, data = int.from_bytes(record[1:3], "big"), record[3], record[4:-1]
        if kind == 0:
            for at, byte in enumerate(data, base + address):
                if not START <= at < END:
                    raise Wrong(number, "outside of the flash")
                if image.setdefault(at, byte) != byte:
                    raise Wrong(number, "given again with another value")
        elif kind == 1:
            if data:
                raise Wrong(number, "the end has data")
            return image
        elif kind in (2, 4):
            if len(data) != 2:
                raise Wrong(number, "not a base of two bytes")
            base = int.from_bytes(data, "big") << (4 if kind == 2 else 16)
        elif kind not in (3, 5):
            raise Wrong(number, "unknown type")
    raise Wrong(last, "no end of file record")


def main():
    source, target = sys.argv[1:]
    with open(source, "rb") as file:
        lines = file.read().split(b"\n")
    try:
        image = read(lines)
    except Wrong as error:
        sys.stderr.write("line %d: %s\n" % error.args)
        return 1
    size = -(-(max(image) + 1 - START) // 1024) * 1024 if image else 0
    out = bytearray(b"\xff" * size)
    for at, byte in image.items():
        out[at - START] = byte
    with open(target + ".new", "wb") as file:
        file.write(out)
    os.replace(target + ".new", target)
    return 0


sys.exit(main())
END
chmod 755 /app/hex2flash
/app/hex2flash /app/firmware.hex /app/flash.bin
