#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import hashlib, os, re

ROOT = b"/app/delivery"
KINDS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
wanted = {}
for entry in sorted(os.listdir("/app/lists")):
    with open("/app/lists/" + entry, "rb") as file:
        for line in file.read().split(b"\n"):
            line = line.removesuffix(b"\r")
            if not line:
                continue
            escaped = line.startswith(b"\\")
            line = line[escaped:]
            if match := re.fullmatch(rb"([A-Z0-9]+) \((.*)\) = ([0-9A-Fa-f]+)", line):
                kind, name, digest = match.group(1).decode().lower(), match.group(2), match.group(3)
            else:
                digest, name = re.fullmatch(rb"([0-9A-Fa-f]+) [ *](.*)", line).groups()
                kind = KINDS[len(digest)]
            if escaped:
                name = re.sub(rb"\\(.)", lambda match: b"\n" if match.group(1) == b"n" else match.group(1), name)
            wanted.setdefault(name, []).append((kind, digest.decode().lower()))
files = set()
for folder, _, names in os.walk(ROOT):
    files |= {os.path.relpath(os.path.join(folder, name), ROOT) for name in names}
lines = []
for name in files | set(wanted):
    if name not in wanted:
        status = b"UNLISTED"
    elif name not in files:
        status = b"MISSING"
    else:
        with open(os.path.join(ROOT, name), "rb") as file:
            data = file.read()
        status = b"OK" if all(hashlib.new(kind, data).hexdigest() == digest for kind, digest in wanted[name]) else b"FAILED"
    lines.append((name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n"), status))
with open("/app/report.tsv", "wb") as file:
    file.writelines(status + b"\t" + name + b"\n" for name, status in sorted(lines))
END
