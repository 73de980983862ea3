#!/bin/bash
set -euo pipefail
cat > /app/bill <<'P'
#!/usr/bin/python3 -I
import bisect
import csv
import os
import sys
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 60
CENT = Decimal("0.01")


def cents(x):
    return x.quantize(CENT, ROUND_HALF_UP) + 0  # + 0 turns -0.00 into 0.00


def table(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, strict=True))


def write(folder, name, head, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head)
        w.writerows(rows)


def main(source, target):
    vat = {r["customer"]: Decimal(r["vat_percent"]) for r in table(source, "customers.csv")}
    tiers = sorted((Decimal(r["min_qty"]), r["discount_percent"]) for r in table(source, "tiers.csv"))
    prices, rates = {}, {}
    for n, r in enumerate(table(source, "prices.csv")):
        prices.setdefault(r["sku"], []).append((r["valid_from"], n, r))
    for r in table(source, "rates.csv"):
        rates.setdefault(r["currency"], []).append((r["date"], Decimal(r["eur"]), Decimal(r["unit"])))
    for known in (*prices.values(), *rates.values()):
        known.sort(key=lambda x: x[:2])
    lines, errors, invoices = [], [], {}
    for o in table(source, "orders.csv"):
        day = (datetime.fromisoformat(o["ordered_at"].replace("Z", "+00:00")) + timedelta(hours=3)).strftime("%Y-%m-%d")
        if o["customer"] not in vat:
            errors.append((o["order_id"], "no customer"))
            continue
        price = None
        for start, _, p in prices.get(o["sku"], []):
            if start <= day and (p["valid_to"] == "" or day < p["valid_to"]):
                price = p
        if price is None:
            errors.append((o["order_id"], "no price"))
            continue
        euro = Decimal(price["price"])
        if price["currency"] != "EUR":
            known = rates.get(price["currency"], [])
            at = bisect.bisect_right([k[0] for k in known], day)
            if not at:
                errors.append((o["order_id"], "no rate"))
                continue
            euro = euro * known[at - 1][1] / known[at - 1][2]
        euro = euro.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
        qty = Decimal(o["qty"])
        discount = "0"
        for least, percent in tiers:
            if least <= abs(qty):
                discount = percent
        net = cents(qty * euro * (100 - Decimal(discount)) / 100)
        lines.append((o["order_id"], o["customer"], day, f"{euro:.4f}", discount, f"{net:.2f}"))
        entry = invoices.setdefault((o["customer"], day[:7]), [0, Decimal(0)])
        entry[0] += 1
        entry[1] += net
    out = []
    for (customer, month), (n, net) in sorted(invoices.items()):
        tax = cents(net * vat[customer] / 100)
        out.append((customer, month, n, f"{cents(net):.2f}", f"{tax:.2f}", f"{cents(net + tax):.2f}"))
    os.makedirs(target, exist_ok=True)
    write(target, "lines.csv", "order_id customer day eur_price discount net".split(), lines)
    write(target, "invoices.csv", "customer month orders net vat gross".split(), out)
    write(target, "errors.csv", ["order_id", "reason"], errors)


main(*sys.argv[1:3])
P
chmod +x /app/bill
/app/bill /app/data /tmp/out && rm -r /tmp/out
