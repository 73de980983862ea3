#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv, re
Q = r'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(r'\S+ - .+? \[[^\]]+\] ' + Q + r' (\d{3}) \d+ ' + Q + ' ' + Q + r' rt=(\d+)\.(\d{3}) urt=' + Q)
REQUEST = re.compile(r'([A-Z]+) (/.*) HTTP/[0-9.]+')
ID = re.compile(r'[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.I)
routes, bad = {}, []
for line in open('/app/access.log', encoding='utf-8', newline='\n'):
    m = LINE.fullmatch(line.rstrip('\n'))
    r = m and REQUEST.fullmatch(re.sub(r'\\(["\\])', r'\1', m[1]))
    if not r:
        bad.append(line)
        continue
    if m[4].startswith('kube-probe/'):
        continue
    path = r[2].split('?', 1)[0]
    if path != '/' and path.endswith('/'):
        path = path[:-1]
    route = r[1] + ' ' + '/'.join(':id' if ID.fullmatch(s) else s for s in path.split('/'))
    entry = routes.setdefault(route, [0, 0, []])
    entry[0] += 1
    entry[1] += m[2][0] == '5'
    if m[2] != '499':
        entry[2].append(int(m[5]) * 1000 + int(m[6]))
open('/app/bad.log', 'w', encoding='utf-8', newline='\n').writelines(bad)
with open('/app/routes.csv', 'w', encoding='utf-8', newline='') as f:
    w = csv.writer(f, lineterminator='\n')
    w.writerow(['route', 'requests', 'errors', 'p95_ms'])
    for route, (n, errors, ms) in sorted(routes.items(), key=lambda kv: (-kv[1][0], kv[0].encode())):
        ms.sort()
        w.writerow([route, n, errors, ms[(len(ms) * 95 + 99) // 100 - 1] if ms else ''])
P
