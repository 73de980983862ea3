import json
import os
import random
import sys

MISSING = object()


def orders():
    """Orders as (id text, placed, customer, lines); numbers are kept as their text."""
    rng = random.Random(808)
    out = []
    for i in range(220):
        oid = str(rng.choice([rng.randrange(1000, 9999), 9007199254740993 + 2 * i, 18446744073709551610 - i]))
        customer = rng.choice([MISSING, None, {}, {"name": None, "vip": False}] + [
            {"name": rng.choice(["Ana", "J\u00fcrgen \"Jay\" M", "Li, Wei", "two\nlines", "", "null", "\U0001f600", "O'Neil"]), "vip": rng.choice([True, False, False, None, MISSING])} for _ in range(9)])
        lines = rng.choice([MISSING, None, []] + [1] * 9)
        if lines == 1:
            lines = [{"sku": rng.choice(["A", "0815", "x,y", "", None]), "qty": rng.choice(["0", "1", "2", "10", "2.50", "1e3", "-1", None, MISSING]),
                      "price": rng.choice(['"1.10"', "1.10", "100.0", "0.1", "12345678901234567.89", "0", None, '"0"', MISSING]), "gift": rng.choice([True, False, False, None, MISSING])}
                     for _ in range(rng.randrange(1, 4))]
        out.append((oid, rng.choice([f"2024-06-{i % 28 + 1:02}T10:00:00Z", None, MISSING]), customer, lines))
    return out


def obj(pairs, rng):
    """A JSON object of (key, JSON text) pairs in some order and spacing."""
    pairs = [p for p in pairs if p[1] is not MISSING]
    rng.shuffle(pairs)
    sep, colon = rng.choice([(",", ":"), (", ", ": "), (" , ", " : ")])
    return "{" + sep.join(json.dumps(k) + colon + v for k, v in pairs) + "}"


def text(value, ascii=True):
    return MISSING if value is MISSING else json.dumps(value, ensure_ascii=ascii)


def number(value):
    return MISSING if value is MISSING else "null" if value is None else value


def files():
    rng = random.Random(809)
    out = []
    for i, (oid, placed, customer, lines) in enumerate(orders()):
        a = rng.random() < 0.5
        if isinstance(customer, dict):
            c = obj([("name", text(customer.get("name", MISSING), a)), ("vip", text(customer.get("vip", MISSING))), ("tier", '{"vip": true}')], rng)
        else:
            c = text(customer)
        if isinstance(lines, list):
            l = "[" + ", ".join(obj([("sku", text(x["sku"])), ("qty", number(x["qty"])), ("price", number(x["price"])), ("gift", text(x["gift"]))], rng) for x in lines) + "]"
        else:
            l = text(lines)
        out.append(obj([("id", oid), ("placed", text(placed)), ("customer", c), ("lines", l), ("event", '"order,placed"')], rng) + rng.choice(["", "", " "]))
        if i % 60 == 59:
            out.append(rng.choice(["", "   "]))
    return {"orders.jsonl": "\n".join(out).encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
