import random

rng = random.Random(8051)


def record(kind, address, data, upper=True):
    body = bytes([len(data), address >> 8, address & 255, kind]) + data
    text = (body + bytes([-sum(body) & 255])).hex()
    return ":" + (text.upper() if upper else text)


chunks = []
for start, size in ((0x08000000, 300), (0x08000400, 1500), (0x0800FFF0, 64), (0x08020000, 33), (0x08023001, 77)):
    data = rng.randbytes(size)
    at = 0
    while at < size:
        step = rng.choice([16, 16, 16, 32, 5])
        chunks.append((start + at, data[at:at + step]))
        at += step
rng.shuffle(chunks)
lines, base = [], None
for address, data in chunks:
    if base is None or not 0 <= address - base <= 0xFFFF:
        base = address & ~0xFFFF
        lines.append(record(4, 0, (base >> 16).to_bytes(2, "big")))
    lines.append(record(0, address - base, data, rng.random() < 0.7))
    if rng.random() < 0.03:
        lines.append(lines[-1])
lines.insert(9, record(5, 0, bytes.fromhex("08000131")))
lines += [record(1, 0, b""), "; built for board C"]
with open("/app/firmware.hex", "w", newline="") as file:
    file.write("\r\n".join(lines))
