import datetime
import os
import random
import sqlite3
import sys

SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE branch (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, genre TEXT);
CREATE TABLE copy (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES book(id), branch_id INTEGER REFERENCES branch(id));
CREATE TABLE loan (id INTEGER PRIMARY KEY, copy_id INTEGER NOT NULL REFERENCES copy(id), member_id INTEGER REFERENCES member(id) ON DELETE SET NULL,
                   lent_on TEXT NOT NULL, due_on TEXT NOT NULL, returned_on TEXT);
"""


def rows(seed, loans=300):
    rng = random.Random(seed)
    today = datetime.date(2023, 3, 5) + datetime.timedelta(seed * 31)
    branches = [(i + 1, n) for i, n in enumerate(["North", "Harbour", "bus 2", "Old Town", "Mill"])]
    names = ["Ana", "Bo", "Chen", "Dora", "Eve", "Fay", "ana", "Gil"]
    members = [(i * 3 + 1, rng.choice(names) + (" %d" % rng.randrange(9) if rng.random() < 0.7 else "")) for i in range(60)]
    genres = ["Crime", "Poetry", "Travel", "Science", None, "Cooking", "Never lent"]
    books = [(i + 1, rng.choice(["Rain", "The Sea", "Night", "Maps", "Salt %d" % i, "Bread %d" % i]), genres[i % 7]) for i in range(45)]
    books.append((99, "Rain", "Twins"))
    books.append((98, "Rain", "Twins"))
    copies = []
    for b, _, g in books:
        for _ in range(rng.randrange(0, 4)):
            copies.append((len(copies) + 500, b, rng.choice([1, 2, 3, 4, None]) if rng.random() < 0.97 else None))
    copies += [(900, 99, 1), (901, 98, 1), (902, 98, 2)]
    lendable = [c for c in copies if dict((b, g) for b, _, g in books)[c[1]] != "Never lent"]
    out, busy = [], set()
    for i in range(loans):
        c = rng.choice(lendable)
        m = rng.choice(members[:45])[0] if rng.random() < 0.9 else None
        lent = today - datetime.timedelta(rng.randrange(0, 300))
        due = lent + datetime.timedelta(rng.choice([14, 28]))
        if c[0] not in busy and rng.random() < 0.3:
            busy.add(c[0])
            if rng.random() < 0.2:
                due = today + datetime.timedelta(rng.randrange(-1, 2))
            back = None
        else:
            back = (lent + datetime.timedelta(rng.randrange(1, 60))).isoformat()
        out.append((i + 1, c[0], m, lent.isoformat(), due.isoformat(), back))
    out += [(9001, 900, None, "2020-01-01", "2020-01-15", "2020-01-14"), (9002, 901, None, "2020-01-01", "2020-01-15", "2020-01-14")]
    return {"settings": [("name", "City library"), ("today", today.isoformat())], "branch": branches, "member": members, "book": books, "copy": copies, "loan": out}


def make(path, data):
    db = sqlite3.connect(path)
    db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;" + SCHEMA)
    for table, rs in data.items():
        if rs:
            db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rs[0]))})", rs)
    db.commit()
    db.close()


if __name__ == "__main__":
    make(os.path.join(sys.argv[1], "library.db"), rows(1))
