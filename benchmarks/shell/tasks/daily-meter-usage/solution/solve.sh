#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv
from datetime import datetime, timedelta, timezone
from decimal import Decimal
readings = {}
with open('/app/readings.tsv', encoding='utf-8', newline='') as f:
    for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
        mine = readings.setdefault(r['meter'], {})
        if r['counter'] != '-':
            mine[datetime.fromisoformat(r['read_at']).astimezone(timezone.utc)] = (Decimal(r['counter']), r['flag'])
meters = sorted(readings, key=lambda m: int(m[1:]))
usage = {}
for m in meters:
    before = None
    for t in sorted(readings[m]):
        counter, flag = readings[m][t]
        if before is not None:
            used = Decimal(0) if flag == 'SWAP' else (counter - before) % 100000
            if used < 0:
                used += 100000
            key = ((t - timedelta(microseconds=1)).date(), m)
            usage[key] = usage.get(key, Decimal(0)) + used
        before = counter
days = [d for d, _ in usage]
with open('/app/usage.tsv', 'w') as f:
    print('day', *meters, sep='\t', file=f)
    day = min(days)
    while day <= max(days):
        print(day, *(f'{usage[day, m]:.1f}' if (day, m) in usage else '' for m in meters), sep='\t', file=f)
        day += timedelta(days=1)
with open('/app/total.txt', 'w') as f:
    print(f'{sum(usage.values()):.1f}', file=f)
P
