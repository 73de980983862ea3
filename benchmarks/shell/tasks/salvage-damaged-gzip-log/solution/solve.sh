#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import json, re, struct, zlib

with open("/app/spool/events.gz", "rb") as file:
    data = file.read()


def header(at):
    """(name, offset of the body) of a member header at an offset, or None."""
    if data[at:at + 3] != b"\x1f\x8b\x08" or at + 10 > len(data):
        return None
    flags, at = data[at + 3], at + 10
    if flags & 0xE0:
        return None
    try:
        if flags & 4:
            at += 2 + struct.unpack_from("<H", data, at)[0]
        name = None
        if flags & 8:
            end = data.index(b"\0", at)
            name, at = data[at:end], end + 1
        if flags & 16:
            at = data.index(b"\0", at) + 1
    except (ValueError, struct.error):
        return None
    return name, at + (2 if flags & 2 else 0)


def inflate(at):
    """(content, end of the deflate stream), or None when it does not come to its end."""
    stream = zlib.decompressobj(-15)
    try:
        content = stream.decompress(data[at:]) + stream.flush()
    except zlib.error:
        return None
    return (content, len(data) - len(stream.unused_data)) if stream.eof else None


intact, damaged, parts, at = [], [], [], 0
while at < len(data):
    name, body = header(at)
    name = name.decode()
    result = inflate(body)
    if result:
        content, end = result
        if data[end:end + 8] == struct.pack("<II", zlib.crc32(content), len(content)):
            intact.append(name)
            parts.append(content)
            at = end + 8
            continue
        # It came to its end; a whole trailer follows when the next member does.
        if end + 8 <= len(data) and (end + 8 == len(data) or header(end + 8)):
            damaged.append(name)
            at = end + 8
            continue
    damaged.append(name)
    # Cut or altered: go on at the next header of an hour.
    at = next((place.start() for place in re.finditer(rb"\x1f\x8b\x08", data[:]) if place.start() > at and (header(place.start()) or [None])[0]
               and re.fullmatch(rb"events-\d\d\.log", header(place.start())[0])), len(data))
with open("/app/recovered.log", "wb") as file:
    file.write(b"".join(parts))
with open("/app/report.json", "w") as file:
    json.dump({"intact": intact, "damaged": damaged}, file)
END
