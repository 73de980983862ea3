#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import csv

BYTE = {bytes([number]).decode("cp1252", "replace"): number for number in range(256) if number not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
BYTE.update({chr(number): number for number in (0x81, 0x8D, 0x8F, 0x90, 0x9D)})


def undo(text):
    """The cell with the confusion undone once, or None when it is not damaged."""
    if text.isascii():
        return None
    try:
        return bytes(BYTE[letter] for letter in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


with open("/app/customers.csv", newline="", encoding="utf-8") as file:
    head, *rows = csv.reader(file)
repairs = []
for row in rows:
    for column, cell in enumerate(row):
        times = 0
        while (better := undo(cell)) is not None:
            cell, times = better, times + 1
        if times:
            row[column] = cell
            repairs.append("%s\t%s\t%d\n" % (row[0], head[column], times))
with open("/app/customers-repaired.csv", "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows([head] + rows)
with open("/app/repairs.tsv", "w", encoding="utf-8") as file:
    file.writelines(repairs)
END
