import os
import random
import sqlite3
import sys

FEES = [(None, 0), ("12,50", 1250), ("7", 700), ("1.250,00", 125000), ("0,5", 50), ("0", 0), ("19,99", 1999), ("0,07", 7), ("1.000.000,1", 100000010), ("1234,56", 123456), ("4.200", 420000), ("00,29", 29)]
PAID = [(19.99, 1999), (0.29, 29), (1.15, 115), (12.5, 1250), (7.0, 700), (4.35, 435), (1000000.1, 100000010), (0.07, 7), (-8.7, -870), (64.1, 6410)]
DOCTORS = [(None, None), ("", None), ("  ", None), ("Dr. Wei", "dr. wei"), ("dr. wei ", "dr. wei"), ("DR. WEI", "dr. wei"), (" Dr. \u00d6zil", "dr. \u00d6zil"), ("Dr. \u00f6zil", "dr. \u00f6zil"), ("Dr. O'Neil", "dr. o'neil"), ("Marsh", "marsh")]
NAMES = ["Ana Sol", " Ana Sol", "Ana Sol  ", "ana sol", "Bo", "Chen, Li", "D'Arcy", "Eve"]
BORN = [None, "", "01.02.1980", "01.02.1980", "29.02.2000", "31.12.1999"]


def rows(seed, count):
    """(visits, payments, deleted): a visit is (id, name, born, doctor, at, fee, notes)."""
    rng = random.Random(seed)
    ids = rng.sample(range(1, 4 * count + 4), count)
    visits = []
    for i in ids:
        visits.append((i, rng.choice(NAMES), rng.choice(BORN), rng.choice(DOCTORS)[0], f"2024-0{rng.randrange(1, 10)}-1{rng.randrange(10)} 0{rng.randrange(8, 10)}:30", rng.choice(FEES)[0], rng.choice([None, "", "it's fine", "a;b\n-- c", "12,50"])))
    payments = [(9000 - k, rng.choice(ids), rng.choice(PAID)[0], "2024-05-05") for k in range(count)] if count else []
    return visits, payments, [(4 * count + 90, "Gone"), (4 * count + 77, None)]


def make(path, data, schema):
    visits, payments, deleted = data
    db = sqlite3.connect(path)
    db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN;" + schema + "COMMIT;")
    for i, name in deleted:  # used once: the counter of AUTOINCREMENT knows it
        db.execute("INSERT INTO visit VALUES (?, 'x', NULL, NULL, 'x', NULL, NULL)", (i,))
    db.execute("DELETE FROM visit")
    db.execute("DELETE FROM deleted_visit")
    db.executemany("INSERT INTO deleted_visit VALUES (?,?)", deleted)
    db.executemany("INSERT INTO visit VALUES (?,?,?,?,?,?,?)", visits)
    db.executemany("INSERT INTO payment VALUES (?,?,?,?)", payments)
    db.commit()
    db.close()


if __name__ == "__main__":
    with open("/tmp/v1.sql") as f:
        make(os.path.join(sys.argv[1], "clinic.db"), rows(1, 40), f.read())
