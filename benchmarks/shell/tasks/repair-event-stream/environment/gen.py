import os
import random
import sys

# each: (seq, tokens or None) with tokens joined by white space in the stream and by nothing in the result


def tokens(rng, seq, i):
    value = rng.choice(['12.50', '1.0', '0', '1E2', '12345678901234567890', 'true', 'null', '[', '{', '"Z\u00fcrich HB"', '"Z\\u00fcrich"', '"two  blanks: { } , [ ]"', '"quote \\" and \\\\"',
                        '"\\ud83d\\ude03 \U0001f603"', '"{\\"seq\\": 4}"', '""', '-0.10'])
    if value == '[':
        body = ['[', '1', ',', '{', '"seq"', ':', '3', '}', ',', '"\u20ac 4,50"', ']']
    elif value == '{':
        body = ['{', '"a"', ':', '{', '}', ',', '"b"', ':', '[', ']', '}']
    else:
        body = [value]
    keys = ['"machine"', ':', '"M%d"' % (i % 5), ',', '"value"', ':'] + body
    if rng.random() < 0.3:
        keys = ['"value"', ':'] + body + [',', '"at"', ':', '"2024-04-%02dT08:00:00Z"' % (i % 28 + 1)]
    return ['{"seq":', str(seq), ','] + keys + ['}']


def build():
    """(stream, counted: seq -> bytes, broken, replaced)"""
    rng = random.Random(5150)
    out, good, broken, replaced = [], {}, 0, 0
    seq, i = 91, 0
    plan = []
    while i < 420:
        i += 1
        if rng.random() < 0.06:
            seq += rng.randrange(2, 5)
        elif rng.random() < 0.08 and i > 30:
            plan.append((seq - rng.randrange(0, 6), i))
            continue
        else:
            seq += 1
        plan.append((seq, i))
    plan.insert(200, (7, 1000))
    for s, n in plan:
        t = tokens(rng, s, n)
        style = rng.randrange(5)
        if style == 0:
            text = "".join(t)
        elif style == 1:
            text = t[0] + "".join(rng.choice(["", " "]) + x for x in t[1:])
        elif style == 2:
            text = t[0] + "".join(rng.choice(["\n  ", "\n\t", " "]) + x for x in t[1:])
        elif style == 3:
            text = t[0] + "".join(rng.choice(["\r\n", " "]) + x for x in t[1:])
        else:
            text = " ".join(t)
        data = text.encode()
        dice = rng.random()
        if dice < 0.05:  # cut anywhere, also in the middle of a character
            cut = rng.randrange(8, len(data) - 1)
            out.append(data[:cut] + rng.choice([b"\n", b"\x00" * 64 + b"\n", b"\n\n"]))
            broken += 1
            continue
        if dice < 0.09:
            bad = [b'{"seq": %d, "value": NaN}', b'{"seq": %d, "value": -Infinity}', b'{"seq": %d, "city": "Z\xfcrich"}', b'{"seq": %d, "text": "tab\there"}', b'{"seq": %d, "value": 01}',
                   b'{"seq": %d, "value": 1,}', b'{"seq": %d, "value": 1} x', b'{"seq": %d} {"more": 1}', b'{"seq": %d, "value": "nul \x00 inside"}', b"{\"seq\": %d, 'value': 1}"]
            out.append(bad[broken % len(bad)] % s + b"\n")
            broken += 1
            continue
        if s in good:
            replaced += 1
        good[s] = "".join(t).encode()
        out.append(data + rng.choice([b"\n", b"\n", b" \n", b"\r\n", b"\n\n", b"\n" + b"\x00" * 100 + b"\n", b"\x00\x00\n"]))
    out.append(b'{"seq": 9999, "machine": "M1", "val')
    return b"".join(out), good, broken + 1, replaced


def files():
    stream = build()[0]
    rng = random.Random(12)
    cuts = sorted(rng.sample(range(1, len(stream)), 11))
    # one cut within a character
    for k in range(cuts[4], len(stream)):
        if stream[k] & 0xC0 == 0x80:
            cuts[4] = k
            break
    cuts.sort()
    parts = [stream[a:b] for a, b in zip([0] + cuts, cuts + [len(stream)])]
    return {f"export/events.part-{i}": p for i, p in enumerate(parts)}


if __name__ == "__main__":
    for name, data in files().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
