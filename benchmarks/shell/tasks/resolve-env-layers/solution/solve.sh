#!/bin/bash
set -eu
cat > /app/resolve-env <<'PY'
#!/usr/bin/python3 -I
"""resolve-env FILE...: prints the settings that the env files give, later ones over earlier ones."""
import json
import re
import sys

STATEMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
UNSET = re.compile(r"[ \t]*unset[ \t]+([A-Za-z_][A-Za-z0-9_]*)[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
SKIP = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}")
DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
SINGLE = re.compile(r"'([^']*)'")
PIECE = re.compile(r"\\(.)|" + REFERENCE.pattern, re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


class Wrong(Exception):
    pass


def lookup(values, name, how, default):
    value = values.get(name)
    if value is None or (how == ":-" and value == ""):
        return default or ""
    return value


def load(source, values):
    at = 0
    while at < len(source):
        skip = SKIP.match(source, at)
        if skip:
            at = skip.end()
            continue
        start = at
        unset = UNSET.match(source, at)
        if unset:
            values.pop(unset.group(1), None)
            at = unset.end()
            continue
        head = STATEMENT.match(source, at)
        if not head:
            raise Wrong(start)
        key, at = head.group(1), head.end()
        quote = source[at:at + 1]
        if quote in ("'", '"'):
            match = (SINGLE if quote == "'" else DOUBLE).match(source, at)
            rest = match and SKIP.match(source, match.end())
            if not rest:
                raise Wrong(start)
            value, at = match.group(1), rest.end()
            if quote == '"':
                value = PIECE.sub(lambda m: ESCAPES.get(m.group(1), m.group()) if m.group(1) is not None else lookup(values, m.group(2), m.group(3), m.group(4)), value)
        else:
            end = source.find("\n", at)
            end = len(source) if end < 0 else end
            value = re.sub(r"(?:^|[ \t]+)#.*", "", source[at:end], flags=re.DOTALL).rstrip(" \t")
            value = REFERENCE.sub(lambda m: lookup(values, *m.groups()), value)
            at = end + 1
        values[key] = value


def main():
    values = {}
    for name in sys.argv[1:]:
        try:
            with open(name, "rb") as file:
                source = file.read().decode("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
        try:
            load(source, values)
        except Wrong as wrong:
            print(f"{name}:{source.count(chr(10), 0, wrong.args[0]) + 1}: error", file=sys.stderr)
            return 1
    sys.stdout.buffer.write((json.dumps(values, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8"))
    return 0


sys.exit(main())
PY
chmod 0755 /app/resolve-env
cd /app/env
/app/resolve-env /app/env/base.env /app/env/region.env /app/env/local.env > /app/resolved.json
