"""The report against the known damage, and nothing else changed."""

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
PATH = "/app/report.tsv"


def lines():
    found = text(PATH).split("\n")
    need(found.pop() == "", "the last line is not ended")
    return found


@check
def statuses():
    escape = NAMES["escape"]
    wanted = {(status, escape(path)) for path, status in NAMES["WANTED"].items()}
    found = [tuple(line.split("\t")) for line in lines()[:-1]]
    need(len(found) == len(set(found)) and set(found) == wanted, str(set(found) ^ wanted))


@check
def order():
    paths = [line.split("\t")[1].encode() for line in lines()[:-1]]
    need(len(paths) > 5 and paths == sorted(paths), "the order")


@check
def total():
    need(lines()[-1] == "total\t%d" % NAMES["LISTED"], "the total")


@check
def nothing_changed():
    found = {}
    for base, directories, names in os.walk("/app/backup"):
        for name in directories + names:
            full = os.path.join(base, name)
            path = full[len("/app/backup/"):]
            kind = os.lstat(full).st_mode
            need(len(found) < 1000, "too many entries")
            if stat.S_ISLNK(kind):
                found[path] = os.readlink(full)
            elif stat.S_ISREG(kind):
                found[path] = read(full)
            elif path in NAMES["TREE"]:
                found[path] = None
    need(found == NAMES["TREE"], "the backup was changed")
    need(text("/app/SHA256SUMS") == NAMES["MANIFEST"], "the manifest was changed")
    need(os.path.lexists(PATH), "no report")


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
