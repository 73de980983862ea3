#!/bin/bash
set -euo pipefail
cat > /app/pricediff <<'P'
#!/usr/bin/python3 -I
import csv
import sys


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        reader = csv.reader(f, strict=True)
        head = next(reader, [])
        if "sku" not in head:
            raise ValueError(f"{path}: no column sku")
        rows = {}
        for record in reader:
            if not record:
                continue
            row = dict(zip(head, record))
            if row["sku"] in rows:
                raise ValueError(f"{path}: sku {row['sku']} twice")
            rows[row["sku"]] = row
    return head, rows


def main():
    try:
        (head, old), (other, new) = map(read, sys.argv[1:3])
    except (OSError, ValueError, csv.Error) as e:
        print(f"pricediff: {e}", file=sys.stderr)
        return 2
    found = []
    for sku in sorted(old.keys() | new.keys()):
        if sku not in old:
            found.append(("added", sku, "", "", ""))
        elif sku not in new:
            found.append(("removed", sku, "", "", ""))
        else:
            for c in head:
                if c in other and old[sku][c] != new[sku][c]:
                    found.append(("changed", sku, c, old[sku][c], new[sku][c]))
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("change", "sku", "column", "old", "new"))
    writer.writerows(found)
    return 1 if found else 0


sys.exit(main())
P
chmod +x /app/pricediff
