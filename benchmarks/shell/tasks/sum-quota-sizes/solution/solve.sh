#!/bin/bash
set -eu
cat > /app/quota-sum <<'PY'
#!/usr/bin/python3 -I
"""Adds up sizes per owner, exactly."""
import re
import sys
from fractions import Fraction

SIZE = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t]*([a-z]*)", re.IGNORECASE | re.ASCII)
UNITS = {"": 1, "b": 1}
for power, letter in enumerate("kmgtp", 1):
    UNITS[letter] = UNITS[letter + "ib"] = 1024**power
    UNITS[letter + "b"] = 1000**power

totals, status = {}, 0
for number, line in enumerate(sys.stdin.buffer.read().decode("utf-8-sig").replace("\r\n", "\n").split("\n"), 1):
    if not line.strip(" \t") or line.startswith("#"):
        continue
    owner, colon, size = re.sub(r"[ \t]+#.*", "", line, flags=re.DOTALL).rpartition(":")
    owner = owner.strip(" \t")
    match = SIZE.fullmatch(size.strip(" \t"))
    if not owner or not match or match.group(3).lower() not in UNITS:
        print(f"line {number}: invalid", file=sys.stderr)
        status = 1
        continue
    sign, digits, unit = match.groups()
    totals[owner] = totals.get(owner, 0) + Fraction(sign + ("0" + digits if digits[0] == "." else digits.rstrip("."))) * UNITS[unit.lower()]
for owner, value in sorted(totals.items(), key=lambda item: item[0].encode()):
    size = int(abs(value) + Fraction(1, 2))
    sys.stdout.buffer.write(f"{owner}\t{-size if value < 0 else size}\n".encode())
sys.exit(status)
PY
chmod 0755 /app/quota-sum
/app/quota-sum < /app/quotas.txt > /app/quota-sums.txt || true
