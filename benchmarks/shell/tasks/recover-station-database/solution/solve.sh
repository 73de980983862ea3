#!/bin/bash
set -euo pipefail
E=/app/evidence
work=$(mktemp -d)
cp "$E/station.db" "$work/station.db"
cp "$E/station.wal" "$work/station.db-wal"
cp "$E/backup.db" "$work/backup.db"
rm -f /app/station.db
/usr/bin/python3 - "$work" <<'P'
import sqlite3, sys
work = sys.argv[1]
live = sqlite3.connect(work + '/station.db', isolation_level=None)
backup = sqlite3.connect(work + '/backup.db')
new = sqlite3.connect('/app/station.db')
schema = open('/app/evidence/schema.sql').read()
tables, triggers = schema[:schema.index('CREATE TRIGGER')], schema[schema.index('CREATE TRIGGER'):]
new.executescript(tables)  # triggers come last: what is restored must not be journalled again
last = live.execute('SELECT max(id) FROM reading').fetchone()[0]
removed = {r[0] for r in live.execute('SELECT reading_id FROM removed')}
corrected = dict(live.execute('SELECT reading_id, value FROM corrected ORDER BY rowid'))
rows, lost = [], []
for i in range(1, last + 1):
    if i in removed:
        continue
    try:
        row = live.execute('SELECT id, sensor_id, taken_at, value FROM reading WHERE id = ?', (i,)).fetchone()
    except sqlite3.DatabaseError:
        row = backup.execute('SELECT id, sensor_id, taken_at, value FROM reading WHERE id = ?', (i,)).fetchone()
        if row and i in corrected:
            row = row[:3] + (corrected[i],)
    if row:
        rows.append(row)
    else:
        lost.append(i)
new.executemany('INSERT INTO sensor VALUES (?,?,?)', live.execute('SELECT * FROM sensor'))
new.executemany('INSERT INTO reading VALUES (?,?,?,?)', rows)
new.executemany('INSERT INTO corrected (rowid, reading_id, value) VALUES (?,?,?)', live.execute('SELECT rowid, * FROM corrected ORDER BY rowid').fetchall())
new.executemany('INSERT INTO removed VALUES (?)', [(i,) for i in sorted(removed)])
new.commit()
new.executescript(triggers)
assert new.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
new.close()
open('/app/lost.txt', 'w').write(''.join(f'{i}\n' for i in lost))
P
rm -r "$work"
