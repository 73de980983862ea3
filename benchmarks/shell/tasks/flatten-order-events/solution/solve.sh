#!/bin/bash
set -euo pipefail
/usr/bin/python3 - <<'P'
import csv, json
class Number(str):
    pass
def field(v):
    return '' if v is None else str(v).lower() if isinstance(v, bool) else str(v)
orders = rows = vips = 0
with open('/app/orders.jsonl', encoding='utf-8', newline='\n') as src, open('/app/lines.csv', 'w', encoding='utf-8', newline='') as dst:
    w = csv.writer(dst, lineterminator='\n')
    w.writerow('order_id placed name vip pos sku qty price gift'.split())
    for line in src:
        if not line.strip():
            continue
        o = json.loads(line, parse_int=Number, parse_float=Number)
        orders += 1
        c = o.get('customer') or {}
        vips += c.get('vip') is True
        for n, l in enumerate(o.get('lines') or [None], 1):
            tail = [l.get(k) for k in ('sku', 'qty', 'price', 'gift')] if l else [None] * 4
            w.writerow(map(field, [o['id'], o.get('placed'), c.get('name'), c.get('vip'), n if l else None] + tail))
            rows += 1
with open('/app/summary.json', 'w') as f:
    json.dump({'orders': orders, 'rows': rows, 'vip_orders': vips}, f)
P
