#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import collections, datetime, json, re
from decimal import Decimal
def instant(s):
    m = re.fullmatch(r'([^.Z+]{19})(\.\d+)?(Z|[+-]\d\d:\d\d)', s)
    t = datetime.datetime.fromisoformat(m[1] + m[3].replace('Z', '+00:00'))
    return Decimal(int(t.timestamp())) + Decimal('0' + (m[2] or '.0'))
last = {}
for n, line in enumerate(open('/app/deliveries.jsonl', encoding='utf-8', newline='\n')):
    d = json.loads(line)
    rank = (instant(d['received']), d['attempt'], n)
    key = json.dumps(d['event'])
    if key not in last or rank > last[key][0]:
        last[key] = (rank, line, d['type'])
kept = sorted(last.values(), key=lambda k: (k[0][0], k[0][2]))
with open('/app/last.jsonl', 'w', encoding='utf-8', newline='\n') as f:
    f.writelines(k[1] for k in kept)
with open('/app/types.txt', 'w', encoding='utf-8') as f:
    for kind, n in sorted(collections.Counter(k[2] for k in kept).items(), key=lambda kv: (-kv[1], kv[0])):
        print(n, kind, file=f)
P
