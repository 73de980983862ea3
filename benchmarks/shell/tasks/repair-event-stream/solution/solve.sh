#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import glob, json, re
parts = sorted(glob.glob('/app/export/events.part-*'), key=lambda p: int(p.rpartition('-')[2]))
stream = b''.join(open(p, 'rb').read() for p in parts)
def refuse(name):
    raise ValueError(name)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^" \t\r\n]+')
good, broken, complete = {}, 0, 0
for piece in re.split(rb'^(?=\{"seq":)', stream, flags=re.M):
    if not piece.startswith(b'{"seq":'):
        continue
    try:
        text = piece.rstrip(b'\0 \t\r\n').decode('utf-8')
        seq = json.loads(text, parse_constant=refuse)['seq']
    except ValueError:
        broken += 1
        continue
    complete += 1
    good[seq] = ''.join(TOKEN.findall(text))
order = sorted(good)
with open('/app/events.jsonl', 'w', encoding='utf-8', newline='\n') as f:
    for seq in order:
        f.write(good[seq] + '\n')
missing = [[a + 1, b - 1] for a, b in zip(order, order[1:]) if b > a + 1]
with open('/app/report.json', 'w') as f:
    json.dump({'records': len(good), 'broken': broken, 'replaced': complete - len(good), 'missing': missing}, f)
P
