#!/bin/bash
set -eu
cat > /app/bin/clean-names <<'PY'
#!/usr/bin/python3 -I
"""clean-names DIR: gives the regular files in DIR names of a-z 0-9 . _ and -, without ever overwriting one."""
import os
import re
import stat
import sys


def clean(name):
    name = re.sub(rb"[ \t\n]+", b"-", name.lower())  # of bytes: ASCII only
    name = re.sub(rb"[^a-z0-9._-]", b"", name)
    return name.lstrip(b".-") or b"unnamed"


def main():
    folder = os.fsencode(sys.argv[1]) if len(sys.argv) == 2 else b""
    if not os.path.isdir(folder):
        print("clean-names: a directory is needed", file=sys.stderr)
        return 2
    taken = set(os.listdir(folder))
    files = sorted(name for name in taken if not name.startswith(b".") and stat.S_ISREG(os.lstat(os.path.join(folder, name)).st_mode))
    renamed = 0
    for name in files:
        new = wanted = clean(name)
        if new == name:
            continue
        stem, dot, extension = wanted.rpartition(b".")
        if not dot:
            stem, extension = wanted, b""
        number = 1
        while new in taken:
            number += 1
            new = b"%s-%d%s%s" % (stem, number, dot, extension)
        os.rename(os.path.join(folder, name), os.path.join(folder, new))
        taken.discard(name)
        taken.add(new)
        renamed += 1
    print(f"renamed {renamed} of {len(files)}")
    return 0


sys.exit(main())
PY
chmod 0755 /app/bin/clean-names
