import csv
import io
import json
import os
import random
import sys

DAY = 1729987200  # 2024-10-27T00:00:00Z
SWITCH = 3600 * 1000  # 01:00Z, 03:00 CEST becomes 02:00 CET
NOTES = """How the clocks run (from the operations handbook and the on-call's notes)

edge   nginx, error log. Local time of Europe/Berlin, no zone written, whole seconds. That night summer time
       (CEST, UTC+2) ended: at 03:00 the clocks went back to 02:00 (CET, UTC+1). The file is in the order in which
       things happened, and it is busy: there is no quarter of an hour without a line.
app    instances in several regions, RFC 3339 with whatever offset and number of decimals the instance uses.
       Clocks are synchronised; nothing to correct. The file is in order of arrival, not of time.
db     PostgreSQL, times in UTC, but the clock of the host was wrong. At 00:50:00.000 by its own clock it was
       measured 4.250 s fast (it showed 4.250 s more than the true time). It was then set right: the operator
       stepped it back, and the server logged "time stepped" as the first line after the step. Before the step
       the error was constant, afterwards it is zero.
"""


def iso(ms):
    s = DAY + ms // 1000
    h, m, sec = s % 86400 // 3600, s % 3600 // 60, s % 60
    day = 26 + (s - DAY + 86400) // 86400
    return "2024-10-%02dT%02d:%02d:%02d" % (day, h, m, sec)


def events():
    """source -> list of (true ms since DAY, level or None, message, raw level, extra) in true order."""
    rng = random.Random(271024)
    out = {"edge": [], "app": [], "db": []}
    for t in range(-600, 7200, 70):  # edge, -10 min .. 120 min
        s = t + rng.randrange(0, 60)
        raw = rng.choice(["notice", "info", "warn", "warn", "error", "error", "crit", "alert", "emerg"])
        level = {"warn": "warning", "error": "error", "crit": "critical", "alert": "critical", "emerg": "critical"}.get(raw)
        msg = rng.choice(["upstream timed out (110: Connection timed out) while reading response header from upstream",
                          "connect() failed (111: Connection refused)  while connecting to upstream", "no live upstreams *9 while connecting",
                          "client sent invalid header [error] line", "worker process 88 exited on signal 9"])
        out["edge"].append((s * 1000, level, msg, raw, rng.random() < 0.7))
    # exactly at both ends of the window, and at the seam
    for s in (600, 6000, 5999, 3599, 3600):
        out["edge"].append((s * 1000, "error", f"marker of the edge {s}", "error", True))
    out["edge"].sort(key=lambda e: e[0])
    for i in range(150):
        ms = rng.randrange(-300, 6600) * 1000 + rng.randrange(1000)
        raw = rng.choice(["INFO", "DEBUG", "WARN", "ERROR", "ERROR", "FATAL"])
        level = {"WARN": "warning", "ERROR": "error", "FATAL": "critical"}.get(raw)
        msg = rng.choice(["payment call failed", "circuit open\n  at Breaker.trip(Breaker.java:88)\n  at Pay.call", "  retry \t exhausted ", "Z\u00fcrich cart lost \u2013 rolled back"])
        out["app"].append((ms, level, msg, raw, i))
    for j, ms in enumerate((600000, 599999, 5999999, 6000000, 3600000)):
        out["app"].append((ms, "error", f"marker of the app {ms}", "ERROR", 150 + j))
    for i in range(90):
        ms = rng.randrange(-200, 6600) * 1000 + rng.randrange(1000)
        raw = rng.choice(["LOG", "WARNING", "ERROR", "ERROR", "FATAL", "PANIC"])
        level = {"WARNING": "warning", "ERROR": "error", "FATAL": "critical", "PANIC": "critical"}.get(raw)
        msg = rng.choice(['duplicate key value violates unique constraint "orders_pkey"', "canceling statement due to lock timeout,\n  statement was cancelled",
                          "could not write to file \"pg_wal/xlogtemp.31\": No space left", "deadlock detected"])
        out["db"].append((ms, level, msg, raw, "Key (id)=(7)\nalready exists, ERROR" if i % 4 == 0 else ""))
    # true times close to the ends of the window and to the step
    step = 3000 * 1000 + 900  # true time of the step; its own clock was past 00:50:05 by then
    for ms in (599999, 600000, 5999999, 6000000, step - 700, step - 50, step + 90, step + 2200, 3600000):
        out["db"].append((ms, "error", f"marker of the db {ms}", "ERROR", ""))
    out["db"].append((step, None, "time stepped", "LOG", "-4.250 s"))
    out["db"].sort(key=lambda e: e[0])
    return out, step


def files():
    ev, step = events()
    rng = random.Random(5)
    edge = []
    for ms, level, msg, raw, conn in ev["edge"]:
        local = iso(ms + (7200000 if ms < SWITCH else 3600000)).replace("-", "/").replace("T", " ")
        edge.append(f"{local} [{raw}] {rng.randrange(20, 99)}#{rng.randrange(20, 99)}: " + (f"*{rng.randrange(1000, 9999)} " if conn else "") + msg + "\n")
    records = []
    for ms, level, msg, raw, i in ev["app"]:
        offset = rng.choice([0, 0, 120, 60, 330, -300, -210])
        base = iso(ms + offset * 60000)
        zone = rng.choice(["Z", "+00:00"]) if not offset else "%s%02d:%02d" % ("+" if offset > 0 else "-", abs(offset) // 60, abs(offset) % 60)
        form = rng.randrange(4)
        frac = ".%03d" % (ms % 1000)
        if form == 1:
            frac += "999"
        elif form == 2:
            frac += "951234"
        elif ms % 100 == 0:
            frac = ".%d" % (ms % 1000 // 100) if ms % 1000 else ""
        records.append((ms + rng.randrange(0, 4000), json.dumps({"id": "r-%04d" % i, "ts": base + frac + zone, "level": raw, "msg": msg, "region": offset}, ensure_ascii=i % 2 == 0)))
        if i % 9 == 0:  # delivered again later
            records.append((ms + 5000 + rng.randrange(0, 90000), records[-1][1].replace('"region"', '"redelivered": true, "region"')))
    app = "".join(r + "\n" for _, r in sorted(records, key=lambda r: r[0]))
    buf = io.StringIO()
    w = csv.writer(buf, lineterminator="\n")
    for ms, level, msg, raw, detail in ev["db"]:
        shown = ms + (4250 if ms < step else 0)
        w.writerow([iso(shown).replace("T", " ") + ".%03d UTC" % (shown % 1000), rng.randrange(100, 999), raw, msg, detail])
    return {"evidence/NOTES.txt": NOTES.encode(), "evidence/edge.log": "".join(edge).encode(), "evidence/app.jsonl": app.encode(), "evidence/db.csv": buf.getvalue().encode()}


if __name__ == "__main__":
    for name, data in files().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
