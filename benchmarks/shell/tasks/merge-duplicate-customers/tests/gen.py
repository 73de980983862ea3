import os
import random
import sqlite3
import sys

SCHEMA = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, city TEXT, created_at TEXT NOT NULL,
                       referred_by INTEGER REFERENCES customer(id) ON DELETE SET NULL);
CREATE INDEX customer_email ON customer(email);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE, cents INTEGER NOT NULL, issued TEXT NOT NULL);
CREATE TABLE address (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE, kind TEXT NOT NULL, street TEXT NOT NULL,
                      UNIQUE (customer_id, kind));
CREATE TABLE newsletter (customer_id INTEGER PRIMARY KEY REFERENCES customer(id) ON DELETE CASCADE, opt_in INTEGER NOT NULL CHECK (opt_in IN (0, 1)));
CREATE TABLE merge_log (old_id INTEGER PRIMARY KEY, new_id INTEGER NOT NULL);
CREATE TABLE invoice_audit (invoice_id INTEGER, event TEXT);
CREATE TRIGGER invoice_deleted AFTER DELETE ON invoice BEGIN INSERT INTO invoice_audit VALUES (OLD.id, 'deleted'); END;
CREATE VIEW revenue AS SELECT customer_id, sum(cents) AS cents FROM invoice GROUP BY customer_id;
"""


def rows():
    rng = random.Random(2718)
    mails = [None, "", "  "] + [f"c{i}@example.com" for i in range(45)] + ["\u00c4nne@example.com", "\u00e4nne@example.com"]
    customers = []
    ids = sorted(rng.sample(range(1, 500), 120))
    rng2 = random.Random(1)
    for n, cid in enumerate(ids):
        m = rng.choice(mails) if n % 9 else rng.choice(mails[:3])
        if m and m.strip():
            m = rng.choice([m, m, m.replace("c", "C", 1), m.upper() if m.isascii() else m, " " + m, m + "  "])
        customers.append([cid, rng.choice(["Ann", "Bert", "", None, "Cleo"]), m, rng.choice([None, "", f"0{rng.randrange(999)}"]), rng.choice([None, "", "Oslo", "Bern"]),
                          f"20{rng.randrange(10, 24)}-0{rng.randrange(1, 10)}-11", rng.choice(ids + [None] * 80)])
    for i, (a, b) in enumerate(((5, 40), (70, 12))):  # duplicates that refer to each other
        customers[a][2], customers[b][2] = f"loop{i}@example.com", f"LOOP{i}@example.com "
        customers[a][6], customers[b][6] = ids[b], ids[a]
    invoices = [(i * 2 + 10, rng.choice(ids), rng.randrange(-500, 99999), f"2023-0{rng.randrange(1, 10)}-01") for i in range(300)]
    addresses, used = [], set()
    for i in range(170):
        k = (rng.choice(ids), rng.choice(["home", "work", "Home", "billing"]))
        if k not in used:
            used.add(k)
            addresses.append((1000 - i, k[0], k[1], f"Street {i}"))
    letters = [(c, rng2.choice([0, 1, 1, 1])) for c in ids if rng2.random() < 0.5]
    return {"customer": [tuple(c) for c in customers], "invoice": invoices, "address": sorted(addresses), "newsletter": letters, "merge_log": [], "invoice_audit": [(3, "deleted")]}


def make(path):
    db = sqlite3.connect(path)
    db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;" + SCHEMA)
    for table, rs in rows().items():
        if rs:
            db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rs[0]))})", rs)
    db.commit()
    db.close()


if __name__ == "__main__":
    make(os.path.join(sys.argv[1], "crm.db"))
