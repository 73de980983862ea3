#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import datetime, json, re

SIGNS = {char: (digit, sign) for chars, sign in (("{ABCDEFGHI", 1), ("}JKLMNOPQR", -1)) for digit, char in enumerate(chars)}
findings, totals = set(), {}


def date(text):
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:])) if digits(text) else None
    except ValueError:
        return None


def digits(text):
    return re.fullmatch("[0-9]+", text) is not None


def amount(text):
    if not digits(text[:-1]) or text[-1] not in SIGNS:
        return None
    digit, sign = SIGNS[text[-1]]
    return sign * (int(text[:-1]) * 10 + digit)


def good_account(text):
    if not digits(text):
        return False
    rest = sum(int(d) * w for d, w in zip(reversed(text[:11]), (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6))) % 11
    return rest != 1 and int(text[11]) == (0 if rest == 0 else 11 - rest)


with open("/app/settlement.dat", "rb") as file:
    records = file.read().decode("iso-8859-1").split("\r\n")
if records[-1] == "":
    records.pop()
sent, seen_h, seen_z = None, False, False
batch, open_at, batch_numbers, ids = None, None, set(), set()
batches, grand = 0, 0
for number, record in enumerate(records, 1):
    def report(code, at=number):
        findings.add((at, code))

    def compare(field, value, code):
        if not digits(field):
            report("NUMBER")
        elif int(field) != value:
            report(code)

    def compare_sum(field, value):
        found = amount(field)
        if found is None:
            report("AMOUNT")
        elif found != value:
            report("SUM")

    if len(record) != 64:
        report("LENGTH")
        continue
    kind = record[0]
    if kind not in "HBDTZ":
        report("TYPE")
        continue
    if (kind == "H") == seen_h or seen_z:
        report("ORDER")
    if kind == "H":
        seen_h = True
        when = date(record[1:9])
        if when is None:
            report("DATE")
        sent = sent or when
    elif kind == "B":
        if batch is not None:
            report("ORDER")
            report("ORDER", open_at)
        name = record[1:5]
        if not digits(name):
            report("NUMBER")
        if name in batch_numbers:
            report("DUPLICATE")
        batch_numbers.add(name)
        when = date(record[5:13])
        if when is None or (sent and when < sent):
            report("DATE")
        batches += 1
        total = totals.setdefault(name, {"count": 0, "cents": 0, "hash": 0})
        batch, open_at, own = name, number, {"count": 0, "cents": 0, "hash": 0}
    elif kind == "D":
        account, cents = record[1:13], amount(record[13:24])
        if not good_account(account):
            report("ACCOUNT")
        if cents is None:
            report("AMOUNT")
        if not record[32:].strip(" ") or re.search("[\x00-\x1f\x7f-\x9f]", record[32:]):
            report("NAME")
        if record[24:32] in ids:
            report("DUPLICATE")
        ids.add(record[24:32])
        if batch is None:
            report("ORDER")
        else:
            for sums in (own, total):
                sums["count"] += 1
                sums["cents"] += cents or 0
                if digits(account):
                    sums["hash"] = (sums["hash"] + int(account[:11])) % 10**10
            grand += cents or 0
    elif kind == "T":
        if not digits(record[1:5]):
            report("NUMBER")
        if batch is None:
            report("ORDER")
            for field in (record[5:11], record[24:34]):
                if not digits(field):
                    report("NUMBER")
            if amount(record[11:24]) is None:
                report("AMOUNT")
        else:
            if record[1:5] != batch:
                report("BATCH")
            compare(record[5:11], own["count"], "COUNT")
            compare_sum(record[11:24], own["cents"])
            compare(record[24:34], own["hash"], "HASH")
        batch = None
    else:
        if batch is not None:
            report("ORDER")
            report("ORDER", open_at)
            batch = None
        seen_z = True
        compare(record[1:7], len(records), "COUNT")
        compare(record[7:11], batches, "COUNT")
        compare_sum(record[11:24], grand)
if batch is not None:
    findings.add((open_at, "ORDER"))
for seen in (seen_h, seen_z):
    if not seen:
        findings.add((0, "ORDER"))
with open("/app/findings.tsv", "w") as file:
    file.writelines(f"{number}\t{code}\n" for number, code in sorted(findings))
with open("/app/totals.json", "w") as file:
    json.dump(totals, file, indent=1)
PY
