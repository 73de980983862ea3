#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv, json, re
from datetime import datetime, timedelta, timezone
E = '/app/evidence/'
UTC = timezone.utc
LEVELS = {'warn': 'warning', 'warning': 'warning', 'error': 'error', 'crit': 'critical', 'alert': 'critical', 'emerg': 'critical', 'fatal': 'critical', 'panic': 'critical'}
rows = []
def add(t, rank, source, level, message):
    level = LEVELS.get(level.lower())
    if level and datetime(2024, 10, 27, 0, 10, tzinfo=UTC) <= t < datetime(2024, 10, 27, 1, 40, tzinfo=UTC):
        ms = (t - datetime(2024, 10, 27, tzinfo=UTC)) // timedelta(milliseconds=1)
        rows.append((ms, rank, len(rows), {'t': t.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (t.microsecond // 1000), 'source': source,
                                           'level': level, 'message': ' '.join(message.split())}))
offset, before = 2, None
for line in open(E + 'edge.log', encoding='utf-8'):
    m = re.match(r'(\S+ \S+) \[(\w+)\] \d+#\d+: (?:\*\d+ )?(.*)', line)
    local = datetime.strptime(m[1], '%Y/%m/%d %H:%M:%S')
    if offset == 2 and (local >= datetime(2024, 10, 27, 3) or before and local < before):
        offset = 1
    before = local
    add((local - timedelta(hours=offset)).replace(tzinfo=UTC), 0, 'edge', m[2], m[3])
seen = set()
for line in open(E + 'app.jsonl', encoding='utf-8', newline='\n'):
    r = json.loads(line)
    if r['id'] in seen:
        continue
    seen.add(r['id'])
    m = re.fullmatch(r'(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)', r['ts'])
    t = datetime.fromisoformat(m[1] + '.' + ((m[2] or '') + '000000')[:6] + m[3].replace('Z', '+00:00')).astimezone(UTC)
    add(t, 1, 'app', r['level'], r['msg'])
fast = timedelta(milliseconds=4250)
with open(E + 'db.csv', encoding='utf-8', newline='') as f:
    for stamp, pid, severity, message, detail in csv.reader(f):
        if message == 'time stepped':
            fast = timedelta(0)
        add(datetime.strptime(stamp, '%Y-%m-%d %H:%M:%S.%f UTC').replace(tzinfo=UTC) - fast, 2, 'db', severity, message)
rows.sort(key=lambda r: r[:3])
with open('/app/timeline.jsonl', 'w', encoding='utf-8') as f:
    for r in rows:
        f.write(json.dumps(r[3], ensure_ascii=False) + '\n')
levels = {l: sum(r[3]['level'] == l for r in rows) for l in ('warning', 'error', 'critical')}
first = {s: next((r[3]['t'] for r in rows if r[3]['source'] == s and r[3]['level'] == 'critical'), None) for s in ('edge', 'app', 'db')}
with open('/app/summary.json', 'w') as f:
    json.dump({'events': len(rows), 'levels': levels, 'first_critical': first, 'longest_silence_ms': max(b[0] - a[0] for a, b in zip(rows, rows[1:]))}, f)
P
