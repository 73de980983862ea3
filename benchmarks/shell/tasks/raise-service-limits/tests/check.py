"""The file byte for byte, what a reader of it sees, and its mode."""

import os
import re
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
PATH = "/app/etc/imaging.ini"
WANTED = (
    NAMES["INI"]
    .replace("timeout = 45 ; counts", "timeout = 120 ; counts")
    .replace("max_pdu = 16384 ;was", "max_pdu = 65536 ;was")
    .replace("banner = Ward;3  ;", "banner = Ward 4  ;")
    .replace("max_timeout = 300\r\n", "max_timeout = 300\r\nmax_assoc = 24\r\n")
    .replace("after = never   ;", "after = 400d   ;")
    .replace("quota=200G", "quota=750G")
    .replace("timeout = 90\r\n", "timeout = 90\r\nchecksum = sha256;strict\r\n")
    .replace("quota = 10G", "quota = 25G")
    .replace("[audit]\r\n", "[audit]\r\nfile = /var/log/imaging/audit.log\r\nlevel = full\r\n")
    .replace("log=purge.log", "log=purge.log\r\nevery = 30d\r\n\r\n[mirror]\r\nhost = pacs2.clinic.example\r\nport = 11113")
)


def values(content):
    section, found = "", {}
    for line in content.replace("\r\n", "\n").split("\n"):
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and line[0] not in ";#" and "=" in line:
            key, value = line.split("=", 1)
            found[section, key.strip()] = re.split(r"(?:^|\s)\s*;", value, 1)[0].strip()
    return found


@check
def bytes_of_the_file():
    found = text(PATH)
    # Both are in order for the new last line: ended like the others, or not ended like the old last one.
    need(found in (WANTED, WANTED + "\r\n"), "the file")


@check
def meaning():
    wanted = values(NAMES["INI"])
    for line in NAMES["CHANGES"].splitlines():
        name, value = line.split(" = ", 1)
        wanted[tuple(name.split(" "))] = value
    found = values(text(PATH))
    need(found == wanted, str(set(found.items()) ^ set(wanted.items())))


@check
def mode_and_list():
    info = os.lstat(PATH)
    need(stat.S_ISREG(info.st_mode) and stat.S_IMODE(info.st_mode) == 0o640, "the mode")
    need(text("/app/changes.txt") == NAMES["CHANGES"], "the list was changed")
    need(os.listdir("/app/etc") == ["imaging.ini"], "files beside it")


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
