"""The time sheet against figures worked out by hand and against a recomputation minute by minute."""

import csv
import datetime
import io
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


ROWS = generator()["ROWS"]
HAND = {
    ("Amira", "2024-W52"): "3,23:31,23:00", ("Amira", "2025-W01"): "3,20:01,6:01", ("Becker, Jo", "2024-W52"): "1,23:15,8:00", ("Zed", "2020-W53"): "1,0:01,0:00",
    ("Chidi", "2024-W09"): "2,12:30,7:15", ("chidi", "2024-W10"): "1,8:16,7:16",
}
BAD = [",".join(("Chidi", rest)) for rest in ("2025-02-29,08:00,12:00", "2024-03-01,8:00,24:01", "2024-03-01,24:00,06:00", "2024-03-01,08:00", "2024-03-01,08:00,12:00,13:00", "2024-03-02,08:60,12:00")]
BAD += [",2024-03-02,08:00,12:00", "Chidi,2024-13-01,13:00,22:00", "Chidi,04.03.2024,13:00,22:00"]


def wanted():
    totals, seen = {}, set()
    for line in ROWS.split("\n")[1:]:
        if line in BAD or not line:
            continue
        person, date, start, end = [field.strip() for field in next(csv.reader([line]))]
        a, b = [int(word[:-3]) * 60 + int(word[-2:]) for word in (start, end)]
        if (person, date, a, b) in seen:
            continue
        seen.add((person, date, a, b))
        length = b - a if b > a else b - a + 1440
        night = sum(1 for minute in range(a, a + length) if minute % 1440 >= 1320 or minute % 1440 < 360)
        year, week, _ = datetime.date.fromisoformat(date).isocalendar()
        entry = totals.setdefault((person, "%d-W%02d" % (year, week)), [0, 0, 0])
        entry[0] += 1
        entry[1] += length - (45 if length > 540 else 30 if length > 360 else 0)
        entry[2] += night
    return {key: "%d,%d:%02d,%d:%02d" % (n, paid // 60, paid % 60, night // 60, night % 60) for key, (n, paid, night) in totals.items()}


@check
def by_hand():
    rows = list(csv.reader(io.StringIO(text("/app/hours.csv"), newline="")))
    found = {tuple(row[:2]): ",".join(row[2:]) for row in rows[1:]}
    for key, value in HAND.items():
        need(found.get(key) == value, "%s: %s" % (key, found.get(key)))


@check
def exact():
    lines = ["person,week,shifts,paid,night"]
    for (person, week), value in sorted(wanted().items(), key=lambda item: (item[0][0].encode(), item[0][1])):
        lines.append(",".join(('"%s"' % person if "," in person else person, week, value)))
    need(text("/app/hours.csv") == "".join(line + "\n" for line in lines), "hours.csv")


@check
def rejected():
    need(text("/app/rejected.csv") == "".join(line + "\n" for line in BAD), "rejected.csv")


@check
def input_unchanged():
    need(read("/app/shifts.csv") == ROWS.replace("\n", "\r\n").encode() and os.path.isfile("/app/hours.csv"), "shifts.csv")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    with open("/logs/verifier/reward.json.new", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
