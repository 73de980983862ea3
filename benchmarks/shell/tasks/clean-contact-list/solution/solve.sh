#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv
with open('/app/contacts.csv', encoding='utf-8-sig', newline='') as f:
    reader = csv.DictReader(f, strict=True)
    head, rows = reader.fieldnames, list(reader)
contacts = {}
for n, r in enumerate(rows):
    for k in r:
        r[k] = r[k].replace('\r\n', '\n').replace('\r', '\n')
    r['name'] = ' '.join(r['name'].split())
    r['email'] = r['email'].strip().lower()
    key = r['email'] or n
    if key not in contacts or r['updated_at'] >= contacts[key]['updated_at']:
        contacts[key] = r
with open('/app/contacts_clean.csv', 'w', encoding='utf-8', newline='') as f:
    w = csv.DictWriter(f, head, lineterminator='\n')
    w.writeheader()
    w.writerows(sorted(contacts.values(), key=lambda r: int(r['contact_id'])))
with open('/app/dropped.txt', 'w') as f:
    print(len(rows) - len(contacts), file=f)
P
