import os
import shutil
import sqlite3
import struct
import sys
import tempfile

SCHEMA = """CREATE TABLE sensor (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, unit TEXT);
CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL REFERENCES sensor(id), taken_at INTEGER NOT NULL, value REAL, UNIQUE (sensor_id, taken_at));
CREATE TABLE corrected (reading_id INTEGER NOT NULL, value REAL);
CREATE TABLE removed (reading_id INTEGER PRIMARY KEY);
CREATE TRIGGER on_correction AFTER UPDATE OF value ON reading BEGIN INSERT INTO corrected VALUES (OLD.id, NEW.value); END;
CREATE TRIGGER on_removal AFTER DELETE ON reading BEGIN INSERT INTO removed VALUES (OLD.id); END;
"""
PAGE = 1024


def varint(b, i):
    v = 0
    for n in range(9):
        v = v << 7 | b[i + n] & 0x7F
        if not b[i + n] & 0x80:
            return v, i + n + 1
    return v, i + 9


def leaves(data, page):
    """Leaf pages of a table b-tree: page number -> ids."""
    p = data[(page - 1) * PAGE:page * PAGE]
    h = 100 if page == 1 else 0
    n, = struct.unpack(">H", p[h + 3:h + 5])
    if p[h] == 13:
        ids = []
        for k in range(n):
            at, = struct.unpack(">H", p[h + 8 + 2 * k:h + 10 + 2 * k])
            _, at = varint(p, at)
            ids.append(varint(p, at)[0])
        return {page: ids}
    out = {}
    for k in range(n):
        at, = struct.unpack(">H", p[h + 12 + 2 * k:h + 14 + 2 * k])
        out.update(leaves(data, struct.unpack(">I", p[at:at + 4])[0]))
    out.update(leaves(data, struct.unpack(">I", p[h + 8:h + 12])[0]))
    return out


def resalt(wal):
    """The same log with fixed salts: frame checksums are computed anew."""
    def checksum(data, s):
        a, b = s
        for x, y in struct.iter_unpack(fmt, data):
            a = (a + x + b) & 0xFFFFFFFF
            b = (b + y + a) & 0xFFFFFFFF
        return a, b
    fmt = ">II" if wal[3] & 1 else "<II"
    head = wal[:16] + b"\x5a\x17\x00\x01\x33\x44\x55\x66"
    s = checksum(head, (0, 0))
    out = [head + struct.pack(">II", *s)]
    salt = wal[16:24]
    for at in range(32, len(wal), 24 + PAGE):
        frame = wal[at:at + 24 + PAGE]
        if frame[8:16] != salt:
            break
        s = checksum(frame[24:], checksum(frame[:8], s))
        out.append(frame[:8] + head[16:24] + struct.pack(">II", *s) + frame[24:])
    return b"".join(out)


def value(i):
    return None if i % 97 == 0 else (i * 7919 % 4001 - 1500) / 16 + i / 1000


def build():
    """(files, tables, lost): the evidence, and what must be in the recovered database."""
    base = tempfile.mkdtemp(prefix="station.")
    try:
        path = os.path.join(base, "station.db")
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript(f"PRAGMA page_size = {PAGE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0; BEGIN;" + SCHEMA + "COMMIT;")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("BEGIN")
        db.executemany("INSERT INTO sensor VALUES (?,?,?)", [(i, f"mast {i}", [None, "\u00b0C", "hPa", "m/s"][i % 4]) for i in range(1, 9)])
        insert = lambda a, b: db.executemany("INSERT INTO reading VALUES (?,?,?,?)", ((i, i % 8 + 1, 1700000000 + i * 37, value(i)) for i in range(a, b)))
        insert(1, 1201)
        db.execute("DELETE FROM reading WHERE id % 83 = 5")
        db.execute("UPDATE reading SET value = -1 WHERE id IN (300, 301)")
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(path, "rb") as f:
            backup = f.read()
        db.execute("BEGIN")
        insert(1201, 1801)
        db.execute("DELETE FROM reading WHERE id % 41 = 7")
        db.execute("UPDATE reading SET value = value + 0.125 WHERE id % 29 = 3")
        db.execute("UPDATE reading SET value = 1e-9 WHERE id % 58 = 3")
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(path, "rb") as f:
            data = f.read()
        # committed, only in the log
        db.execute("BEGIN")
        insert(1801, 1931)
        db.execute("UPDATE reading SET value = 12.5 WHERE id IN (200, 201, 900, 1850)")
        db.execute("DELETE FROM reading WHERE id IN (903, 1801, 1860)")
        db.execute("INSERT INTO sensor VALUES (11, 'roof', 'lx')")
        db.execute("COMMIT")
        db.execute("BEGIN")
        insert(1931, 1951)
        db.execute("COMMIT")
        tables = {t: db.execute(f"SELECT {c} FROM {t} ORDER BY 1").fetchall() for t, c in (("sensor", "*"), ("reading", "*"), ("corrected", "rowid, *"), ("removed", "*"))}
        root, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'reading'").fetchone()
        # never committed, but spilled into the log
        db.execute("PRAGMA cache_size = 5")
        db.execute("PRAGMA cache_spill = 1")
        db.execute("BEGIN")
        insert(1951, 2100)
        db.execute("UPDATE reading SET value = 0 WHERE id < 100")
        with open(path + "-wal", "rb") as f:
            wal = f.read()
        db.execute("ROLLBACK")
        db.close()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    in_wal = {struct.unpack(">I", wal[at:at + 4])[0] for at in range(32, len(wal), 24 + PAGE)}
    tree = leaves(data, root)
    bad = []
    for i in (500, 640, 1100, 1195, 1400, 1500):
        page = next(p for p, ids in tree.items() if min(ids) <= i <= max(ids))
        while page in in_wal or page in bad:
            page = min((p for p in tree if min(tree[p]) > min(tree[page])), key=lambda p: min(tree[p]))
        bad.append(page)
    damaged = bytearray(data)
    damaged[:512] = bytes((k * 73 + 29) & 0xFF for k in range(512))
    for n, page in enumerate(bad):
        damaged[(page - 1) * PAGE:page * PAGE] = bytes((k * (2 * n + 37) + 11) & 0xFF for k in range(PAGE)) if n % 2 else bytes(PAGE)
    gone = {i for page in bad for i in tree[page]}
    lost = sorted(i for i in gone if i > 1200)
    tables["reading"] = [r for r in tables["reading"] if r[0] not in lost]
    return {"evidence/station.db": bytes(damaged), "evidence/station.wal": resalt(wal), "evidence/backup.db": backup, "evidence/schema.sql": SCHEMA.encode()}, tables, lost


if __name__ == "__main__":
    for name, data in build()[0].items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
