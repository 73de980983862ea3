#!/bin/bash
set -euo pipefail
{
cat <<'P'
#!/usr/bin/python3 -I
import datetime
import os
import re
import sqlite3
import sys

P
printf 'SCHEMA = r"""\n'
grep -v '^PRAGMA' /app/v2.sql
cat <<'P'
"""


def cents(fee):
    if fee is None:
        return 0
    m = re.fullmatch(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?", fee)
    if not m:
        raise ValueError(f"bad fee {fee!r}")
    return int(m[1].replace(".", "")) * 100 + int((m[2] or "0").ljust(2, "0"))


def iso(born):
    if not born:
        return None
    m = re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", born)
    if not m:
        raise ValueError(f"bad birth date {born!r}")
    return datetime.date(int(m[3]), int(m[2]), int(m[1])).isoformat()


def statements(script):
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""


def main(path):
    if not os.path.isfile(path):
        raise ValueError(f"{path}: no such file")
    db = sqlite3.connect(f"file:{path.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?mode=rw", uri=True, isolation_level=None)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    version, = db.execute("PRAGMA user_version").fetchone()
    if version == 2:
        db.execute("ROLLBACK")
        return
    if version != 1:
        raise ValueError(f"{path}: version {version} is unknown")
    patients, doctors, visits = {}, {}, []
    for i, name, born, doctor, at, fee, notes in db.execute("SELECT id, patient_name, patient_born, doctor, at, fee, notes FROM visit ORDER BY id"):
        patient = patients.setdefault((name.strip(" "), iso(born)), len(patients) + 1)
        doctor = (doctor or "").strip(" ")
        key = re.sub("[A-Z]", lambda m: m[0].lower(), doctor)
        who = doctors.setdefault(key, (len(doctors) + 1, doctor))[0] if doctor else None
        visits.append((i, patient, who, at, cents(fee), notes))
    payments = [(i, v, round(p * 100), d) for i, v, p, d in db.execute("SELECT id, visit_id, paid, on_day FROM payment")]
    deleted = db.execute("SELECT visit_id, patient_name FROM deleted_visit ORDER BY rowid").fetchall()
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'visit'").fetchone()
    for drop in ("TRIGGER visit_deleted", "VIEW open_fees", "TABLE payment", "TABLE visit", "TABLE deleted_visit"):
        db.execute(f"DROP {drop}")
    for s in statements(SCHEMA):
        db.execute(s)
    db.executemany("INSERT INTO patient VALUES (?,?,?)", [(i, n, b) for (n, b), i in patients.items()])
    db.executemany("INSERT INTO doctor VALUES (?,?)", doctors.values())
    db.executemany("INSERT INTO visit VALUES (?,?,?,?,?,?)", visits)
    db.executemany("INSERT INTO payment VALUES (?,?,?,?)", payments)
    db.executemany("INSERT INTO deleted_visit VALUES (?,?)", deleted)
    if last:
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'visit'")
        db.execute("INSERT INTO sqlite_sequence VALUES ('visit', ?)", last)
    if db.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError(f"{path}: a reference leads nowhere")
    db.execute("PRAGMA user_version = 2")
    db.execute("COMMIT")


try:
    main(sys.argv[1])
except (ValueError, sqlite3.Error, OSError, IndexError) as e:
    sys.exit(f"migrate: {e}")
P
} > /app/migrate
chmod +x /app/migrate
cp /app/clinic.db /tmp/try.db && /app/migrate /tmp/try.db && /app/migrate /tmp/try.db && rm /tmp/try.db
