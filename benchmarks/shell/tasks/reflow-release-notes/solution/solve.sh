#!/bin/bash
set -eu
cat > /app/reflow <<'PY'
#!/usr/bin/python3 -I
"""Reflows release notes to 72 columns."""
import re
import sys

WIDTH = 72


def fill(marker, words):
    first = marker + " " if marker else ""
    indent, line, started = " " * len(first), first, False
    for word in words:
        if started and len(line) + 1 + len(word) > WIDTH:
            yield line
            line, started = indent, False
        line += (" " if started else "") + word
        started = True
    yield line if started else marker


def reflow(lines):
    pending = None
    code = False
    for line in lines:
        fence = line.startswith("```")
        special = code or fence or not line.strip(" \t") or re.match("#{1,6} ", line)
        item = None if special else re.match(r"([-*]|[0-9]+\.) (.*)", line, re.DOTALL)
        if pending and (special or item):
            yield from fill(*pending)
            pending = None
        if code or fence:
            code = code != fence
            yield line, "copy"
        elif not line.strip(" \t"):
            yield "", "blank"
        elif special:
            yield line.rstrip(" \t"), "copy"
        else:
            rest = line
            if item:
                marker, rest = item.groups()
                pending = (marker, [])
            elif not pending:
                pending = ("", [])
            pending[1].extend(filter(None, re.split("[ \t]+", rest)))
    if pending:
        yield from fill(*pending)


data = sys.stdin.buffer.read().decode("utf-8-sig").replace("\r\n", "\n")
lines = data.split("\n")
if not lines[-1]:
    lines.pop()
out, gap = [], False
for entry in reflow(lines):
    line, kind = entry if isinstance(entry, tuple) else (entry, "text")
    if kind == "blank":
        gap = bool(out)
        continue
    if gap:
        out.append("")
        gap = False
    out.append(line)
sys.stdout.buffer.write("".join(line + "\n" for line in out).encode("utf-8"))
PY
chmod 0755 /app/reflow
/app/reflow < /app/notes.txt > /app/notes.reflowed.txt
