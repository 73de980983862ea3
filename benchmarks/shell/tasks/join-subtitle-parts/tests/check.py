"""Recomputes the film from the verifier's own reels; invariants of times and numbers besides."""

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
FILES, stamp = NAMES["FILES"], NAMES["stamp"]


def ms(text):
    hours, minutes, seconds, rest = re.fullmatch(r"(\d\d):(\d\d):(\d\d)[,.](\d\d\d)", text).groups()
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def wanted():
    lengths = {line.split()[0]: ms(line.split()[1]) for line in FILES["lengths.txt"].splitlines()}
    offset, cues, dropped = 0, [], []
    for number in range(1, 11):
        name = "reel%d" % number
        content = FILES[name + ".srt"].removeprefix("\ufeff").replace("\r\n", "\n")
        for block in re.split(r"\n(?: *\n)+", content.strip("\n")):
            if not block.strip():
                continue
            lines = block.split("\n")
            start, end, extra = re.fullmatch(r"(\S+) --> (\S+)(.*)", lines[1]).groups()
            body = [line for line in lines[2:] if line.strip(" ")]
            if ms(end) <= ms(start) or ms(start) >= lengths[name]:
                dropped.append(name + " " + start)
            else:
                cues.append((offset + ms(start), offset + min(ms(end), lengths[name]), len(cues), extra, body))
        offset += lengths[name]
    return sorted(cues), dropped, offset


CUES, DROPPED, LENGTH = wanted()


@check
def exact():
    blocks = ["%d\n%s --> %s%s\n" % (number, stamp(start), stamp(end), extra) + "".join(line + "\n" for line in body) for number, (start, end, _, extra, body) in enumerate(CUES, 1)]
    need(len(blocks) > 100 and text("/app/film.srt") == "\n".join(blocks), "film.srt")


@check
def times():
    found = re.findall(r"(?m)^([0-9]+)\n(\d\d:\d\d:\d\d,\d\d\d) --> (\d\d:\d\d:\d\d,\d\d\d)", text("/app/film.srt"))
    need([int(number) for number, _, _ in found] == list(range(1, len(CUES) + 1)), "numbers")
    need(all(ms(a) < ms(b) <= LENGTH for _, a, b in found), "a cue has no time, or ends after the film")
    need([(ms(a), ms(b)) for _, a, b in found] == [cue[:2] for cue in CUES], "times")


@check
def dropped():
    need(len(DROPPED) == 5 and text("/app/dropped.txt") == "".join(line + "\n" for line in DROPPED), "dropped.txt")


@check
def reels_unchanged():
    for name, content in FILES.items():
        need(read("/app/reels/" + name) == content.encode(), name)
    need(sorted(os.listdir("/app/reels")) == sorted(FILES) and os.path.isfile("/app/film.srt"), "files")


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
