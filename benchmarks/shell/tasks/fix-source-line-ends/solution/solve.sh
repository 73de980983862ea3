#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import os, re

changed = []
for folder, _, names in os.walk("/app/src"):
    for name in names:
        path = os.path.join(folder, name)
        relative = os.path.relpath(path, "/app/src")
        if os.path.islink(path) or name.endswith(".patch") or "testdata" in relative.split("/")[:-1]:
            continue
        with open(path, "rb") as file:
            data = file.read()
        if b"\0" in data:
            continue
        end = b"\r\n" if name.lower().endswith((".bat", ".cmd")) else b"\n"
        new = re.sub(rb"\r?\n", lambda match: end, data)
        if new == data:
            continue
        mode = os.stat(path).st_mode & 0o7777
        os.chmod(path, mode | 0o200)
        with open(path, "wb") as file:
            file.write(new)
        os.chmod(path, mode)
        changed.append(relative)
with open("/app/changed.txt", "w") as file:
    file.writelines(name + "\n" for name in sorted(changed))
END
