#!/bin/bash
set -euo pipefail
cat > /app/layers <<'P'
#!/usr/bin/python3 -I
import json
import sys
from decimal import Decimal


class Number:
    def __init__(self, text):
        self.text = text


class Node:
    """A value with its origin; the value of an object is a dict of nodes."""
    def __init__(self, value, origin):
        self.value, self.origin = value, origin


def tree(value, origin):
    if isinstance(value, dict):
        return Node({k: tree(v, origin) for k, v in value.items()}, origin)
    return Node(value, origin)


def key(v):
    """Equal for equal JSON values."""
    if isinstance(v, Number):
        d = Decimal(v.text)
        return ("n", d if d else Decimal(0))
    if isinstance(v, dict):
        return ("o", frozenset((k, key(x)) for k, x in v.items()))
    if isinstance(v, list):
        return ("a", tuple(map(key, v)))
    return (type(v).__name__, v)


def merge(node, layer, origin):
    if not isinstance(node.value, dict):
        node.value = {}
    node.origin = origin
    old = node.value
    for k, v in layer.items():
        if k.endswith("+"):
            name = k[:-1]
            if name in layer:
                raise ValueError(f"{name} and {k} together")
            if not isinstance(v, list):
                raise ValueError(f"{k} is no array")
            if name not in old:
                old[name] = Node([], origin)
            if not isinstance(old[name].value, list):
                raise ValueError(f"{name} is no array")
            have = {key(x) for x in old[name].value}
            for x in v:
                if key(x) not in have:
                    have.add(key(x))
                    old[name].value = old[name].value + [x]
                    old[name].origin = origin
        elif v is None:
            old.pop(k, None)
        elif isinstance(v, dict):
            merge(old.setdefault(k, Node(None, origin)), v, origin)
        elif k in old:
            old[k].value, old[k].origin = v, origin
        else:
            old[k] = Node(v, origin)


def show(v, indent=""):
    if isinstance(v, Node):
        v = v.value
    if isinstance(v, Number):
        return v.text
    if isinstance(v, (dict, list)) and v:
        deeper = indent + "  "
        if isinstance(v, dict):
            items = [json.dumps(k, ensure_ascii=False) + ": " + show(x, deeper) for k, x in v.items()]
        else:
            items = [show(x, deeper) for x in v]
        a, b = "{}" if isinstance(v, dict) else "[]"
        return a + "\n" + ",\n".join(deeper + i for i in items) + "\n" + indent + b
    return json.dumps(v, ensure_ascii=False)


def origins(node, path=""):
    if isinstance(node.value, dict) and node.value:
        for k, n in node.value.items():
            yield from origins(n, path + "/" + k.replace("~", "~0").replace("/", "~1"))
    else:
        yield f"{path}\t{node.origin}"


def read(name):
    with open(name, encoding="utf-8") as f:
        doc = json.load(f, parse_int=Number, parse_float=Number)
    if not isinstance(doc, dict):
        raise ValueError(f"{name}: no object")
    return doc


def main(verb, *names):
    root = tree(read(names[0]), names[0])
    for name in names[1:]:
        merge(root, read(name), name)
    out = show(root) + "\n" if verb == "merge" else "".join(line + "\n" for line in origins(root))
    sys.stdout.buffer.write(out.encode("utf-8"))


try:
    main(*sys.argv[1:])
except (OSError, ValueError) as e:
    sys.exit(f"layers: {e}")
P
chmod +x /app/layers
