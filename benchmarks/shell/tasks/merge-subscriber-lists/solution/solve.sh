#!/bin/bash
exec /usr/bin/python3 - <<'PY'
import csv, os, re

SPACE = " \t\r\n"
LISTS = "/app/lists/"


def lines(name):
    with open(LISTS + name, "rb") as file:
        return file.read().decode("utf-8-sig").split("\n")


names, rejected = {}, []
for name in ("1-website.txt", "2-fair.txt", "3-import.txt"):
    for number, line in enumerate(lines(name), 1):
        text = line.strip(SPACE)
        if not text or line.startswith("#"):
            continue
        match = re.fullmatch(r"(.*)<([^<>]*)>", text)
        who, address = match.groups() if match else ("", text)
        who, address = who.strip(SPACE), address.strip(SPACE).lower()
        if not re.fullmatch(r"[^@\s]+@[^@\s]*\.[^@\s]*", address):
            rejected.append(f"{name}:{number}: {text}\n")
        elif not names.get(address):
            names[address] = who
for line in lines("unsubscribed.txt"):
    names.pop(line.strip(SPACE).lower(), None)
os.makedirs("/app/out", exist_ok=True)
with open("/app/out/subscribers.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["email", "name"])
    writer.writerows(sorted(names.items(), key=lambda item: item[0].encode()))
with open("/app/out/rejected.txt", "w", encoding="utf-8", newline="") as file:
    file.writelines(rejected)
PY
