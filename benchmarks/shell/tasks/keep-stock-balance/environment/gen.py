import os
import sqlite3
import sys

SCHEMA = """
CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE movement (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES product(id) ON UPDATE CASCADE ON DELETE RESTRICT,
                       kind TEXT NOT NULL CHECK (kind IN ('in', 'out')), qty INTEGER NOT NULL CHECK (qty > 0), voided INTEGER NOT NULL DEFAULT 0 CHECK (voided IN (0, 1)));
CREATE TABLE stock (product_id INTEGER PRIMARY KEY, on_hand INTEGER NOT NULL);
"""
STORE = """
INSERT INTO product VALUES (1, 'chain'), (2, 'saddle'), (3, 'bell'), (4, 'tyre'), (9, 'lamp');
INSERT INTO movement VALUES (1, 1, 'in', 40, 0), (2, 1, 'out', 15, 0), (3, 2, 'in', 10, 0), (4, 2, 'out', 10, 0), (5, 3, 'in', 5, 1), (6, 4, 'in', 100, 0), (7, 4, 'out', 30, 1), (8, 4, 'out', 1, 0);
INSERT INTO stock VALUES (1, 40), (3, 5), (4, 69), (77, 12);
"""


def make(path, content=STORE):
    db = sqlite3.connect(path)
    db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN;" + SCHEMA + content + "COMMIT;")
    db.close()


if __name__ == "__main__":
    make(os.path.join(sys.argv[1], "store.db"))
