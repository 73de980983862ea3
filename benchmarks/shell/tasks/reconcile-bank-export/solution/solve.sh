#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv, datetime, re
from decimal import Decimal
REF = re.compile(r'(RE|GS)- *0*(\d+)', re.I)
def reference(s):
    m = REF.search(s)
    return m and m[1].upper() + m[2]
bank, table = [], False
with open('/app/bank.csv', encoding='cp1252', newline='') as f:
    for r in csv.reader(f, delimiter=';', strict=True):
        if r and r[0] == 'Buchungstag':
            table = True
        elif r and r[0] == 'Summe':
            break
        elif table and r:
            s = r[3].replace('.', '').replace(',', '.')
            value = -Decimal(s.strip('-')) if '-' in s else Decimal(s)
            bank.append((datetime.datetime.strptime(r[0], '%d.%m.%Y').date(), reference(r[2]), value))
ledger = []
with open('/app/ledger.tsv', encoding='utf-8', newline='') as f:
    for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
        value = Decimal(r['amount']) * (1 if r['side'] == 'C' else -1)
        ledger.append((r['entry'], datetime.date.fromisoformat(r['date']), reference(r['reference']), value))
free = dict(enumerate(ledger))
matched, unmatched = [], []
for n, (day, ref, value) in enumerate(bank, 1):
    fits = [(abs(d - day), d, k) for k, (e, d, r, v) in free.items() if ref and r == ref and v == value and abs((d - day).days) <= 3]
    if fits:
        matched.append((n, free.pop(min(fits)[2])[0]))
    else:
        unmatched.append(('bank', n, f'{value:.2f}'))
def write(name, rows):
    with open('/app/' + name, 'w', encoding='utf-8', newline='\n') as f:
        for r in rows:
            print(*r, sep='\t', file=f)
write('matched.tsv', [('line', 'entry')] + matched)
write('open.tsv', [('source', 'id', 'amount')] + unmatched + [('ledger', e, f'{v:.2f}') for e, d, r, v in free.values()])
a, b = sum(x[2] for x in bank), sum(x[3] for x in ledger)
write('balance.txt', [(f'{x:.2f}',) for x in (a, b, a - b)])
P
