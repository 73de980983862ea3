import json
import os
import random
import sys
import time

BASE = 1711843200  # 2024-03-31T00:00:00Z


def build():
    """[(instant in 10**-9 s, attempt, event, type, line)]"""
    rng = random.Random(1234)
    out = []
    events = [rng.choice([n, str(n), f"evt_{n:04}", n * 10 ** 14]) for n in range(1, 90)]
    for n in range(10):
        events += [n + 1, str(n + 1)]
    for i in range(420):
        event = rng.choice(events)
        second = rng.randrange(0, 40) if rng.random() < 0.7 else rng.randrange(0, 7200)
        form = rng.randrange(6)
        nanos, frac = [(0, ""), (0, ".0"), (500000000, ".5"), (500000000, ".500"), (rng.randrange(1000) * 1000000, None), (123456000 + rng.randrange(2), None)][form]
        if frac is None:
            frac = ".%09d" % nanos
            frac = frac[:4] if nanos % 1000000 == 0 else frac
        offset = rng.choice([0, 0, 120, -420, 330])
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(BASE + second + offset * 60)) + frac + (rng.choice(["Z", "+00:00"]) if not offset else "%s%02d:%02d" % ("+" if offset > 0 else "-", abs(offset) // 60, abs(offset) % 60))
        attempt = rng.choice([1, 2, 9, 10, 11])
        kind = rng.choice(["charge.succeeded", "charge.failed", "refund.created", "payout paid", "charge.Failed", "\u00e4nderung"])
        pairs = [("event", json.dumps(event)), ("received", json.dumps(stamp)), ("attempt", str(attempt)), ("type", json.dumps(kind, ensure_ascii=i % 2 == 0)), ("data", rng.choice(['{"amount": 10.00, "event": 17}', '{"note": "caf\\u00e9 \u00e9"}', "null", '{"total":1e2,"type":"x"}']))]
        rng.shuffle(pairs)
        line = "{" + rng.choice([", ", ","]).join(json.dumps(k) + rng.choice([": ", ":"]) + v for k, v in pairs) + "}" + rng.choice(["", "", " "])
        out.append(((BASE + second) * 10 ** 9 + nanos, attempt, event, kind, line))
    for n in range(6):  # the same instant in two spellings, the same attempt
        for k, stamp in enumerate(("2024-03-31T01:00:00.25Z", "2024-03-31T03:00:00.250+02:00")):
            kind = ("charge.failed", "charge.succeeded")[(n + k) % 2]
            line = json.dumps({"event": f"tie_{n}", "received": stamp, "attempt": 3, "type": kind})
            out.insert((n * 61 + k * 30) % len(out), ((BASE + 3600) * 10 ** 9 + 250000000, 3, f"tie_{n}", kind, line))
    return out


def files():
    return {"deliveries.jsonl": ("\n".join(r[4] for r in build()) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
