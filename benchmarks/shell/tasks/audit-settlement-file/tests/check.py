"""The findings against those that the generator put in, and the totals against a recomputation on bytes."""

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
PLUS, MINUS = b"{ABCDEFGHI", b"}JKLMNOPQR"


def totals():
    found, current = {}, None
    for line in NAMES["DATA"].split(b"\r\n"):
        if len(line) != 64:
            continue
        kind = line[:1]
        if kind == b"B":
            current = found.setdefault(line[1:5].decode(), {"count": 0, "cents": 0, "hash": 0})
        elif kind == b"T":
            current = None
        elif kind == b"D" and current is not None:
            current["count"] += 1
            digits, last = line[13:23], line[23:24]
            if digits.isdigit() and last in PLUS + MINUS:
                value = int(digits) * 10 + (PLUS if last in PLUS else MINUS).index(last)
                current["cents"] += value if last in PLUS else -value
            if line[1:13].isdigit():
                current["hash"] = (current["hash"] + int(line[1:12])) % 10**10
    return found


def findings():
    lines = text("/app/findings.tsv").split("\n")
    need(lines.pop() == "", "the last line is not ended")
    return lines


@check
def which():
    found = {tuple(line.split("\t")) for line in findings()}
    wanted = {(str(record), code) for record, code in NAMES["FINDINGS"]}
    need(found == wanted, "only found %s, only wanted %s" % (sorted(found - wanted)[:4], sorted(wanted - found)[:4]))


@check
def order():
    need(findings() == ["%d\t%s" % pair for pair in sorted(NAMES["FINDINGS"])], "the order, or a finding twice")


@check
def batches():
    found = json.loads(text("/app/totals.json"))
    need(found == totals() and len(found) == 6, "found %s, wanted %s" % (found, totals()))
    need(all(type(value) is int for batch in found.values() for value in batch.values()), "not integers")


@check
def file_unchanged():
    need(read("/app/settlement.dat") == NAMES["DATA"] and text("/app/LAYOUT.md") == NAMES["LAYOUT"] and os.path.isfile("/app/findings.tsv"), "the file, or no findings")


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
