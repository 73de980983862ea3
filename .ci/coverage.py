"""Lines that the tests reach, by module; fails where a module lies below its floor."""
import json
import os
import sys

# Where a wrong line is worst: mathematics, what an edit may touch, what was recorded.
FLOORS = {"Stats": 95, "Harness": 85, "Ledger": 90}

lines = {}
for file in json.load(open(sys.argv[1]))["data"][0]["files"]:
    before, found, after = file["filename"].rpartition("/Sources/")
    if not found or not after.endswith(".swift"):
        continue
    total = lines.setdefault(after.split(os.sep)[0], [0, 0])
    total[0] += file["summary"]["lines"]["covered"]
    total[1] += file["summary"]["lines"]["count"]

failed = [module for module in FLOORS if module not in lines]
for module, (covered, count) in sorted(lines.items()):
    share = 100.0 * covered / max(count, 1)
    floor = FLOORS.get(module)
    mark = "" if floor is None else "  (floor %d)" % floor
    if floor is not None and share < floor:
        mark += "  BELOW"
        failed.append(module)
    print("%-14s %5.1f%% of %5d lines%s" % (module, share, count, mark))
if failed:
    print("coverage: below the floor or not measured: " + ", ".join(failed), file=sys.stderr)
sys.exit(1 if failed else 0)
