"""The two outputs, byte for byte and by their meaning, and the lists unchanged."""

import csv
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


FILES = generator()["FILES"]
PEOPLE = [
    ("-stork@roof.example", ""),
    ("_rail@reed.example", ""),
    ("ada@kestrel.example", "Ada Kestrel"),
    ("birdfan77@post.example", "Ben Heron"),
    ("gull@harbour.example", "Gull\u00a0Family"),
    ("john.plover@mail.example", "Plover, John"),
    ("lin.wren@post.example", "Lin Wren"),
    ("owl@night.example", ""),
    ("snipe@marsh.example", "Snipe"),
    ("stork@roof.example", "Stork"),
    ("tern@sea..shore.example", ""),
    ("z@a.example", "Zander"),
    ("zoe@finch.example", 'Zo\u00eb "Zed" Finch'),
]
REJECTED = [
    "1-website.txt:7: no address here",
    "1-website.txt:11: two@@signs.example",
    "1-website.txt:12: Ruff <ruff@localhost>",
    "2-fair.txt:6: not # a comment",
    "2-fair.txt:9: space in@address.example",
    "2-fair.txt:10: @nobody.example",
    "2-fair.txt:13: Owl <owl@night.example",
]


@check
def people():
    rows = list(csv.reader(io.StringIO(text("/app/out/subscribers.csv"), newline="")))
    need(rows[0] == ["email", "name"], "header")
    need(dict(map(tuple, rows[1:])) == dict(PEOPLE), "people")


@check
def exact():
    def quote(field):
        return '"' + field.replace('"', '""') + '"' if any(c in field for c in ',"\r\n') else field

    lines = ["email,name"] + [quote(email) + "," + quote(name) for email, name in PEOPLE]
    need(text("/app/out/subscribers.csv") == "".join(line + "\n" for line in lines), "subscribers.csv")


@check
def rejected():
    need(text("/app/out/rejected.txt") == "".join(line + "\n" for line in REJECTED), "rejected.txt")


@check
def lists_unchanged():
    for name, content in FILES.items():
        need(read("/app/lists/" + name) == content.encode(), name)
    need(sorted(os.listdir("/app/lists")) == sorted(FILES) and os.path.isdir("/app/out"), "files in lists")


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
