#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv, re
from decimal import Decimal
codes = '|'.join(open('/app/countries.txt').read().split())
with open('/app/shipments.csv', encoding='utf-8', newline='') as f:
    head, data = f.read().split('\n', 1)
RECORD = re.compile(r'(SH-\d{6}),(\d{4}-\d\d-\d\d),(.*?),(' + codes + r'),(.*),(\d+\.\d),(\d{1,3}(?:,\d{3})*\.\d\d),(open|in transit|delivered)', re.S)
totals = {}
with open('/app/shipments_fixed.csv', 'w', encoding='utf-8', newline='') as f:
    w = csv.writer(f, lineterminator='\n')
    w.writerow(head.split(','))
    for piece in re.split(r'\n(?=SH-\d{6},\d{4}-\d\d-\d\d,)', data.removesuffix('\n')):
        r = list(RECORD.fullmatch(piece).groups())
        r[6] = r[6].replace(',', '')
        w.writerow(r)
        n, total = totals.get(r[3], (0, Decimal(0)))
        totals[r[3]] = (n + 1, total + Decimal(r[6]))
with open('/app/totals.csv', 'w') as f:
    print('country,shipments,value_eur', file=f)
    for c in sorted(totals):
        print(c, totals[c][0], f'{totals[c][1]:.2f}', sep=',', file=f)
P
