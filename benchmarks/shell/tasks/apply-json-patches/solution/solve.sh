#!/bin/bash
set -euo pipefail
cat > /app/jpatch <<'P'
#!/usr/bin/python3 -I
import copy
import json
import re
import sys
from decimal import Decimal


class Number:
    """A number with its text, so that it is written as it came."""
    def __init__(self, text):
        self.text = text

    def __deepcopy__(self, memo):
        return self


class Failed(Exception):
    pass


def dump(v):
    if isinstance(v, Number):
        return v.text
    if isinstance(v, dict):
        return "{" + ", ".join(json.dumps(k) + ": " + dump(x) for k, x in v.items()) + "}"
    if isinstance(v, list):
        return "[" + ", ".join(map(dump, v)) + "]"
    return json.dumps(v)


def equal(a, b):
    if isinstance(a, Number) and isinstance(b, Number):
        return Decimal(a.text) == Decimal(b.text)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def pointer(op, name):
    text = op.get(name)
    if not isinstance(text, str) or (text and text[0] != "/") or re.search("~(?![01])", text):
        raise Failed
    return [t.replace("~1", "/").replace("~0", "~") for t in text.split("/")[1:]]


def value(op):
    if "value" not in op:
        raise Failed
    return copy.deepcopy(op["value"])


def index(token, size):
    if not re.fullmatch("0|[1-9][0-9]*", token) or int(token) >= size:
        raise Failed
    return int(token)


def step(node, token):
    if isinstance(node, dict):
        if token not in node:
            raise Failed
        return node[token]
    if isinstance(node, list):
        return node[index(token, len(node))]
    raise Failed


def get(doc, path):
    for token in path:
        doc = step(doc, token)
    return doc


def add(doc, path, v):
    if not path:
        return v
    parent = get(doc, path[:-1])
    if isinstance(parent, dict):
        parent[path[-1]] = v
    elif isinstance(parent, list):
        parent.insert(len(parent) if path[-1] == "-" else index(path[-1], len(parent) + 1), v)
    else:
        raise Failed
    return doc


def remove(doc, path):
    if not path:
        raise Failed
    parent = get(doc, path[:-1])
    step(parent, path[-1])
    del parent[path[-1] if isinstance(parent, dict) else int(path[-1])]
    return doc


def replace(doc, path, v):
    if not path:
        return v
    parent = get(doc, path[:-1])
    step(parent, path[-1])
    parent[path[-1] if isinstance(parent, dict) else int(path[-1])] = v
    return doc


def apply(doc, op):
    if not isinstance(op, dict):
        raise Failed
    kind, path = op.get("op"), pointer(op, "path")
    if kind == "add":
        return add(doc, path, value(op))
    if kind == "remove":
        return remove(doc, path)
    if kind == "replace":
        return replace(doc, path, value(op))
    if kind == "test":
        if not equal(get(doc, path), value(op)):
            raise Failed
        return doc
    if kind == "copy":
        return add(doc, path, copy.deepcopy(get(doc, pointer(op, "from"))))
    if kind == "move":
        source = pointer(op, "from")
        moved = get(doc, source)
        if source == path:
            return doc
        if path[:len(source)] == source:
            raise Failed
        return add(remove(doc, source), path, moved)
    raise Failed


def main():
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        job = json.loads(line, parse_int=Number, parse_float=Number)
        doc = job["doc"]
        for n, op in enumerate(job["patch"]):
            try:
                doc = apply(doc, op)
            except Failed:
                print('{"ok": false, "failed": %d}' % n)
                break
        else:
            print('{"ok": true, "doc": %s}' % dump(doc))


main()
P
chmod +x /app/jpatch
/app/jpatch < /app/jobs.jsonl
