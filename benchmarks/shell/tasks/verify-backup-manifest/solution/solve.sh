#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import hashlib, os, re

ESCAPES = {b"\\\\": b"\\", b"\\n": b"\n", b"\\r": b"\r"}
listed = {}
with open("/app/SHA256SUMS", "rb") as file:
    for line in file.read().split(b"\n"):
        if not line or line.startswith(b"#"):
            continue
        escaped, digest, name = re.fullmatch(rb"(\\?)([0-9A-Fa-f]{64}) [ *](.+)", line).groups()
        if escaped:
            name = re.sub(rb"\\[\\nr]", lambda match: ESCAPES[match.group()], name)
        while name.startswith(b"./"):
            name = name[2:]
        listed.setdefault(name, set()).add(digest.lower().decode())

os.chdir("/app/backup")
report = {}
for name, digests in listed.items():
    if len(digests) > 1:
        report[name] = "conflict"
    elif os.path.islink(name) or not os.path.isfile(name):
        report[name] = "missing"
    else:
        with open(name, "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() not in digests:
                report[name] = "changed"
for base, directories, files in os.walk(b"."):
    for name in files + [name for name in directories if os.path.islink(os.path.join(base, name))]:
        name = os.path.relpath(os.path.join(base, name), b".")
        if name not in listed:
            report[name] = "extra"
lines = sorted((name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\t", b"\\t"), status) for name, status in report.items())
with open("/app/report.tsv", "wb") as file:
    for name, status in lines:
        file.write(status.encode() + b"\t" + name + b"\n")
    file.write(b"total\t%d\n" % len(listed))
PY
