#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import csv, datetime, re

with open("/app/shifts.csv", "rb") as file:
    lines = file.read().decode("utf-8").replace("\r\n", "\n").split("\n")


def minutes(word, end):
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", word)
    if not match:
        raise ValueError
    value = int(match.group(1)) * 60 + int(match.group(2))
    if int(match.group(2)) > 59 or value > 1440 or (value == 1440 and not end):
        raise ValueError
    return value


def hours(value):
    return f"{value // 60}:{value % 60:02d}"


seen, totals, rejected = set(), {}, []
for line in lines[1:]:
    if not line.strip():
        continue
    try:
        person, date, start, end = (field.strip() for field in next(csv.reader([line])))
        if not person or not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
            raise ValueError
        day = datetime.date.fromisoformat(date)
        a, b = minutes(start, False), minutes(end, True)
    except ValueError:
        rejected.append(line + "\n")
        continue
    if (person, day, a, b) in seen:
        continue
    seen.add((person, day, a, b))
    if b <= a:
        b += 1440
    length = b - a
    night = sum(max(0, min(b, high) - max(a, low)) for low, high in ((0, 360), (1320, 1800), (2760, 3240)))
    paid = length - (45 if length > 540 else 30 if length > 360 else 0)
    year, week, _ = day.isocalendar()
    entry = totals.setdefault((person, f"{year}-W{week:02d}"), [0, 0, 0])
    for index, value in enumerate((1, paid, night)):
        entry[index] += value
with open("/app/hours.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["person", "week", "shifts", "paid", "night"])
    for (person, week), (count, paid, night) in sorted(totals.items(), key=lambda item: (item[0][0].encode(), item[0][1])):
        writer.writerow([person, week, count, hours(paid), hours(night)])
with open("/app/rejected.csv", "w", encoding="utf-8", newline="") as file:
    file.writelines(rejected)
PY
