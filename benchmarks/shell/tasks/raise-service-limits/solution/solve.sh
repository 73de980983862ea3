#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import re

PATH = "/app/etc/imaging.ini"
with open(PATH, "rb") as file:
    data = file.read().decode("utf-8")
END = "\r\n" if "\r\n" in data else "\n"
lines = data.split(END)
ended = lines[-1] == ""
if ended:
    lines.pop()
KEY = re.compile(r"(\s*([^\s=;#\[][^=]*?)\s*=\s*)(.*?)((?:\s+;.*)?|\s*)")


def scan():
    """Gives for each line (section, key or None)."""
    section, seen = "", []
    for line in lines:
        head = re.fullmatch(r"\s*\[(.*)\]\s*", line)
        if head:
            section = head.group(1)
            seen.append((section, None, True))
            continue
        match = None if re.match(r"\s*[;#]", line) else KEY.fullmatch(line)
        seen.append((section, match.group(2) if match else None, False))
    return seen


with open("/app/changes.txt") as file:
    changes = re.findall(r"(\S+) (\S+) = (.*)", file.read())
for section, key, value in changes:
    seen = scan()
    hits = [i for i, (s, k, _) in enumerate(seen) if s == section and k == key]
    heads = [i for i, (s, _, head) in enumerate(seen) if s == section and head]
    if hits:
        before, _, _, after = KEY.fullmatch(lines[hits[-1]]).groups()
        lines[hits[-1]] = before + value + after
    elif heads:
        part = [i for i in range(heads[-1], len(lines)) if seen[i][0] == section and seen[i][1]]
        lines.insert((part[-1] if part else heads[-1]) + 1, f"{key} = {value}")
    else:
        lines += ["", f"[{section}]", f"{key} = {value}"]
        ended = True
with open(PATH, "r+b") as file:
    file.write((END.join(lines) + (END if ended else "")).encode("utf-8"))
    file.truncate()
PY
