"""The outputs against tables that were made by hand, the identities between them, and the inputs unchanged."""

import csv
import io
import json
import os
import stat

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def need(condition, why):
    if not condition:
        raise AssertionError(why)


def read(path, limit=1 << 20):
    """The bytes of a plain file: never through a link, never from a pipe, never without bound."""
    need(os.path.realpath(path) == path, path + " is reached through a link")
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        info = os.fstat(fd)
        need(stat.S_ISREG(info.st_mode), path + " is not a plain file")
        need(info.st_size <= limit, path + " is too large")
        data = b""
        while len(data) <= limit:
            part = os.read(fd, 1 << 16)
            if not part:
                return data
            data += part
        raise AssertionError(path + " is too large")
    finally:
        os.close(fd)


def text(path, limit=1 << 20):
    return read(path, limit).decode("utf-8")


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


NAMES = generator()
WANTED = {
    "matched.csv": "row,id,rule,difference\n" + "\n".join((
        "1,102,ref,0.00", "2,101,ref,0.00", "3,103,ref,0.00", "4,10,amount,0.00", "5,9,amount,0.00", "7,105,amount,0.00", "8,106,ref,0.00", "10,109,ref,0.05", "11,112,ref,0.00", "12,110,ref,0.00",
        "13,111,ref,10.00", "14,113,amount,0.00", "15,114,amount,0.00", "16,117,amount,0.00", "17,116,amount,0.00", "18,115,amount,0.00", "19,118,ref,0.00", "21,121,amount,0.00", "22,120,amount,0.00",
        "23,123,ref,-0.05", "24,125,ref,0.00", "26,127,amount,0.00", "27,129,amount,0.00", "28,128,amount,0.00")) + "\n",
    "bank_only.csv": "row,amount\n6,20.00\n9,30.00\n20,-12.00\n25,40.00\n",
    "ledger_only.csv": "id,amount\n104,20.00\n107,-30.00\n108,9.95\n119,12.00\n122,5.00\n124,5.00\n126,40.00\n130,33.00\n",
}


def cents(word):
    sign = -1 if word.startswith("-") else 1
    euros, rest = word.removeprefix("-").split(".")
    need(len(rest) == 2 and word != "-0.00", "amount " + word)
    return sign * (int(euros) * 100 + int(rest))


def table(name):
    return list(csv.DictReader(io.StringIO(text("/app/out/" + name))))


def same(name):
    found = text("/app/out/" + name)
    if found != WANTED[name]:
        a, b = found.split("\n"), WANTED[name].split("\n")
        raise AssertionError("only found %s, only wanted %s" % (sorted(set(a) - set(b))[:3], sorted(set(b) - set(a))[:3]))


@check
def matched():
    same("matched.csv")


@check
def left_over():
    same("bank_only.csv")
    same("ledger_only.csv")


@check
def everything_once():
    rows = sorted(int(row["row"]) for name in ("matched.csv", "bank_only.csv") for row in table(name))
    ids = sorted(int(row["id"]) for name in ("matched.csv", "ledger_only.csv") for row in table(name))
    need(rows == list(range(1, 29)), "bank rows")
    need(ids == sorted(int(line.split(",")[0]) for line in NAMES["LEDGER"].split("\n")[1:-1]), "ledger entries")


@check
def summary():
    found = json.loads(text("/app/out/summary.json"))
    bank = 0
    for row in list(csv.reader(io.StringIO(NAMES["BANK"], newline=""), delimiter=";"))[1:]:
        value = int(row[1].rstrip("-").replace(".", "").replace(",", ""))
        bank += -value if row[1].endswith("-") else value
    ledger = sum(int(row["cents"]) for row in csv.DictReader(io.StringIO(NAMES["LEDGER"])))
    wanted = {"bank_total": bank, "ledger_total": ledger}
    for key, name, column in (("matched_difference", "matched.csv", "difference"), ("bank_only_total", "bank_only.csv", "amount"), ("ledger_only_total", "ledger_only.csv", "amount")):
        wanted[key] = sum(cents(row[column]) for row in csv.DictReader(io.StringIO(WANTED[name])))
    need(isinstance(found, dict) and set(found) == set(wanted) and all(isinstance(value, str) for value in found.values()), "the keys")
    need({key: cents(value) for key, value in found.items()} == wanted, str(found))
    need(bank - ledger == wanted["matched_difference"] + wanted["bank_only_total"] - wanted["ledger_only_total"], "the reference disagrees with itself")


@check
def inputs_unchanged():
    need(read("/app/bank.csv") == NAMES["BANK"].replace("\n", "\r\n").encode("iso-8859-1") and text("/app/ledger.csv") == NAMES["LEDGER"], "an input was changed")
    need(os.path.isfile("/app/out/matched.csv"), "no result")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    answer = {"reward": int(passed == len(CHECKS)), "checks_passed": passed, "checks": len(CHECKS)}
    with open("/logs/verifier/reward.json.new", "w") as file:
        json.dump(answer, file)
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
