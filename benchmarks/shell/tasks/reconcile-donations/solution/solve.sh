#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import csv, datetime, json, os, re


def one_blank(text):
    return re.sub(r"\s+", " ", text).strip().casefold()


def euros(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


bank = []
with open("/app/bank.csv", encoding="iso-8859-1", newline="") as file:
    for number, row in enumerate(csv.DictReader(file, delimiter=";"), 1):
        amount = int(re.sub("[.,-]", "", row["amount"]))
        bank.append((number, datetime.datetime.strptime(row["date"], "%d.%m.%Y").date(), -amount if row["amount"].endswith("-") else amount, one_blank(row["purpose"])))
with open("/app/ledger.csv", encoding="utf-8", newline="") as file:
    ledger = {int(row["id"]): (datetime.date.fromisoformat(row["date"]), int(row["cents"]), one_blank(row["ref"])) for row in csv.DictReader(file)}

unused, matched = set(ledger), {}


def match(number, amount, entry, rule):
    unused.discard(entry)
    matched[number] = (entry, rule, amount - ledger[entry][1])


for number, _, amount, purpose in bank:
    hits = []
    for entry in unused:
        ref = ledger[entry][2]
        found = re.search(rf"(?<![^\W_]){re.escape(ref)}(?![^\W_])", purpose) if ref else None
        if found:
            hits.append((found.start(), ledger[entry][1] != amount, entry))
    if hits:
        match(number, amount, min(hits)[2], "ref")
for number, date, amount, _ in sorted(bank, key=lambda row: (row[1], row[0])):
    if number in matched:
        continue
    hits = [(abs((ledger[e][0] - date).days), ledger[e][0], e) for e in unused if not ledger[e][2] and ledger[e][1] == amount and abs((ledger[e][0] - date).days) <= 3]
    if hits:
        match(number, amount, min(hits)[2], "amount")

os.makedirs("/app/out", exist_ok=True)


def write(name, header, lines):
    with open("/app/out/" + name, "w") as file:
        file.write("".join(",".join(map(str, line)) + "\n" for line in [header, *lines]))


left = [(number, amount) for number, _, amount, _ in bank if number not in matched]
write("matched.csv", ("row", "id", "rule", "difference"), [(number, entry, rule, euros(value)) for number, (entry, rule, value) in sorted(matched.items())])
write("bank_only.csv", ("row", "amount"), [(number, euros(amount)) for number, amount in left])
write("ledger_only.csv", ("id", "amount"), [(entry, euros(ledger[entry][1])) for entry in sorted(unused)])
with open("/app/out/summary.json", "w") as file:
    json.dump({"bank_total": euros(sum(row[2] for row in bank)), "ledger_total": euros(sum(entry[1] for entry in ledger.values())), "matched_difference": euros(sum(v for _, _, v in matched.values())),
               "bank_only_total": euros(sum(amount for _, amount in left)), "ledger_only_total": euros(sum(ledger[entry][1] for entry in unused))}, file)
PY
