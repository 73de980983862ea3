#!/bin/bash
set -euo pipefail
python3 -I - <<'END'
import csv, datetime, json, struct


def signed(digits, sign):
    if not (digits.isascii() and digits.isdigit()) or sign not in "cfd":
        raise ValueError("not a decimal")
    return -int(digits) if sign == "d" else int(digits)


def packed(data):
    text = data.hex()
    return signed(text[:-1], text[-1])


def zoned(data):
    text = data.hex()
    if set(text[:-2:2]) != {"f"}:
        raise ValueError("wrong zone")
    return signed(text[1::2], text[-2])


def amount(cents):
    return "%s%d.%02d" % ("-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100)


def day(number):
    if number == 0:
        return ""
    if number < 0 or number > 99999999:
        raise ValueError("not a date")
    return datetime.date(number // 10000, number // 100 % 100, number % 100).isoformat()


def decode(record):
    account, holder, balance, limit, opened, postings, status = struct.unpack(">8s24s6s7s5shs", record[:53])
    account = account.decode("cp273")
    if len(record) != 64 or not (account.isascii() and account.isdigit()):
        raise ValueError("not an account")
    return [account, holder.decode("cp273").rstrip(" "), packed(balance), zoned(limit), day(packed(opened)), postings, status.decode("cp273")]


with open("/app/ledger.dat", "rb") as file:
    data = file.read()
invalid, totals = [], {}
with open("/app/ledger.csv", "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow("account,holder,balance,limit,opened,postings,status".split(","))
    for number, at in enumerate(range(0, len(data), 64), 1):
        try:
            row = decode(data[at:at + 64])
        except (ValueError, struct.error):
            invalid.append(number)
            continue
        totals[row[6]] = totals.get(row[6], 0) + row[2]
        row[2:4] = map(amount, row[2:4])
        out.writerow(row)
with open("/app/invalid.txt", "w") as file:
    file.writelines("%d\n" % number for number in invalid)
with open("/app/totals.json", "w", encoding="utf-8") as file:
    json.dump({status: amount(cents) for status, cents in totals.items()}, file)
END
