import os
import random
import sys
import time

BASE = 1709164800  # 2024-02-29T00:00:00Z


def build():
    """(lines, usage: meter -> {day number: tenths})"""
    rng = random.Random(6502)
    lines, usage = [], {}
    for n in (1, 2, 3, 5, 9, 10, 11, 20, 100):
        meter = f"M{n}"
        days = usage[meter] = {}
        counter = rng.randrange(10 ** 6) if n not in (3, 10) else 999000
        t, last = rng.randrange(0, 20000), None
        readings = []
        while t < 7 * 86400 and n not in (9, 100):
            step = rng.choice([3600, 7200, 10800, 5400, 14400])
            flag = ""
            used = rng.choice([0, 0, 1, 2, 3, 7, 14, 55, 203]) if n not in (3, 10) else rng.randrange(60)
            if n == 11:
                used = 0
            if last is not None:
                counter += used
            if last is not None and rng.random() < 0.03 and n in (1, 2, 20, 10):
                counter, used, flag = rng.randrange(0, 50), 0, "SWAP"
            if last is not None:
                day = (t - 1) // 86400
                days[day] = days.get(day, 0) + used
            readings.append((t, counter, flag))
            last = t
            if rng.random() < 0.06:  # failed reading in between
                readings.append((t + 60, None, ""))
            t += step
            if rng.random() < 0.35:  # exactly at midnight
                t = -(-t // 86400) * 86400
            if n == 5 and 2 * 86400 <= t < 5 * 86400:  # nobody read it for days
                t = 5 * 86400 + 7000
        if n == 9:
            readings = [(400000, 123456, "")]  # a single reading: no usage at all
        if n == 100:
            readings = [(4000, 999990, ""), (90000, 15, ""), (90001, None, ""), (180000, 15, "")]
            usage[meter] = {1: 25, 2: 0}
        for t, c, flag in readings:
            if c is not None and rng.random() < 0.05:  # a wrong line before the right one, same instant, other offset
                lines.append((len(lines), t, meter, (c + 4321) % 10 ** 6, flag))
            lines.append((len(lines), t, meter, c, flag))
    # shuffle, but keep the order of lines of the same meter and instant
    order = lines[:]
    rng.shuffle(order)
    slots = {}
    for pos, l in enumerate(order):
        slots.setdefault((l[2], l[1]), []).append(pos)
    for key, positions in slots.items():
        same = sorted(order[p] for p in positions)
        for p, l in zip(sorted(positions), same):
            order[p] = l
    out = ["meter\tread_at\tcounter\tflag"]
    for _, t, meter, c, flag in order:
        offset = rng.choice([0, 60, 120, -300, 345])
        s = BASE + t + offset * 60
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(s)) + ("Z" if not offset else "%s%02d:%02d" % ("+" if offset > 0 else "-", abs(offset) // 60, abs(offset) % 60))
        out.append(f"{meter}\t{stamp}\t{'-' if c is None else '%05d.%d' % (c % 10 ** 6 // 10, c % 10)}\t{flag}")
    return out, usage


def files():
    return {"readings.tsv": ("\n".join(build()[0]) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
