"""Parses the new catalogue and compares it, entry by entry, with a table that was written by hand."""

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
# (obsolete, context, id, plural, translations, fuzzy, other flags, translator comments, extracted comments, references)
N = None
HEADER = (
    "Project-Id-Version: shop 2.4\nPOT-Creation-Date: 2024-05-02 11:20+0200\nPO-Revision-Date: 2019-02-03 18:30+0100\n"
    "Last-Translator: J. Gr\u00fcn <gruen@shop.example>\nLanguage: de\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
WANTED = [
    (False, N, "", N, [HEADER], True, [], ["German messages of the ticket shop.", "Copyright 2019 the shop", ""], [], []),
    (False, N, "Seat", N, ["Platz"], False, [], [], [], ["cart.c:14"]),
    (False, "verb", "Seat", N, ["Platz zuweisen"], True, [], ["Verb, not noun!", ""], ["Short label on a button"], ["hall.c:77", "hall.c:90"]),
    (False, N, "%d ticket", "%d tickets", ["%d Karte", "%d Karten"], True, ["c-format"], [], [], ["cart.c:40"]),
    (False, N, 'Dear customer,\nyour order "%s" is ready.\n', N, ["Guten Tag,\nIhre Bestellung \u201e%s\u201c liegt bereit.\n"], False, ["no-wrap"], [], [], ["mail.c:8"]),
    (False, N, "Order now", N, ["Jetzt bestellen"], False, [], [], [], ["mail.c:30"]),
    (False, N, "%d row", "%d rows", ["%d Reihe", ""], True, ["c-format"], [], [], ["row.c:3"]),
    (False, N, "%d step", N, ["%d Stufe"], True, ["c-format"], [], [], ["row.c:9"]),
    (False, N, "%d friend", "%d of your friends", ["%d Freund", "%d Freunde"], True, ["c-format"], [], [], ["row.c:12"]),
    (False, N, "C:\\tickets\tA\\n", N, ["C:\\karten\tA\\n"], False, [], ["keep the backslashes"], [], ["path.c:5"]),
    (False, N, "Balcony", N, ["Rang"], True, [], ["comes back"], [], ["back.c:2"]),
    (False, "", "Balcony", N, [""], False, [], [], [], ["back.c:3"]),
    (False, N, "Entirely new: %s", N, [""], False, ["c-format", "no-wrap"], [], [], ["new.c:1"]),
    (False, N, "Not yet translated", N, [""], False, [], [], [], ["new.c:2"]),
    (False, N, "%d seat left", "%d seats left", ["", ""], False, ["c-format"], [], [], ["new.c:7"]),
    (True, N, "Imprint", N, ["Impressum"], False, [], ["used in the footer only"], [], []),
    (True, N, "Discount", N, ["Nachla\u00df"], False, [], [], [], []),
    (True, "door", "Gate %d", "Gates %d", ["Einlass %d", ""], True, ["c-format"], [], [], []),
    (True, "verb", "Order now", N, ["Jetzt ordnen"], False, [], [], [], []),
    (True, N, "Seat", N, ["Sitz (alt)"], False, [], [], [], []),
]
PLACES = {"msgctxt": 1, "msgid": 2, "msgid_plural": 3}


def unquote(quoted):
    match = re.fullmatch(r'"((?:[^"\\]|\\[nt"\\])*)"', quoted)
    need(match, "not a string: " + quoted)
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), match.group(1))


def parse(source):
    entries = []
    for block in re.split(r"\n{2,}", source.strip("\n")):
        entry = [False, None, None, None, {}, False, [], [], [], []]
        target, message = None, False
        for line in block.split("\n"):
            if line.startswith("#~ "):
                need(entry[0] or not message, "an obsolete line in a current entry")
                entry[0] = True
                line = line[3:]
            elif not line.startswith("#"):
                need(not entry[0], "a current line in an obsolete entry")
            if line.startswith("#"):
                need(not message, "a comment within a message")
                rest = line[2:].strip()
                if line.startswith("#."):
                    entry[8].append(rest)
                elif line.startswith("#:"):
                    entry[9] += rest.split()
                elif line.startswith("#,"):
                    flags = [flag.strip() for flag in rest.split(",")]
                    need(not set(flags) & set(entry[6]) and flags.count("fuzzy") + entry[5] < 2, "a flag twice")
                    entry[5] = entry[5] or "fuzzy" in flags
                    entry[6] += [flag for flag in flags if flag != "fuzzy"]
                else:
                    need(line == "#" or line.startswith("# "), "comment " + line)
                    entry[7].append(rest)
                continue
            message = True
            head = re.fullmatch(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[([0-9])\])?)\s+(\".*\")", line)
            if head:
                word, index, quoted = head.groups()
                target = PLACES.get(word, ("s", int(index) if index else None))
                value = unquote(quoted)
                if isinstance(target, int):
                    need(entry[target] is None and not entry[4], "keyword twice or out of order")
                    entry[target] = value
                else:
                    need(target[1] not in entry[4], "msgstr twice")
                    entry[4][target[1]] = value
            elif isinstance(target, int):
                entry[target] += unquote(line)
            else:
                need(target, "line " + line)
                entry[4][target[1]] += unquote(line)
        need(entry[2] is not None, "an entry without msgid")
        keys = list(entry[4])
        need(keys == ([None] if entry[3] is None else list(range(len(keys)))), "the forms of " + entry[2])
        entry[4] = list(entry[4].values())
        entries.append(tuple(entry))
    return entries


def found():
    return parse(text("/app/po/de.new.po"))


@check
def order():
    need([entry[:3] for entry in found()] == [entry[:3] for entry in WANTED], "the entries and their order")


@check
def header():
    need(found()[0][4] == [HEADER] and found()[0][:9] == WANTED[0][:9], "the header")


@check
def messages():
    for a, b in zip(found(), WANTED):
        need(a[:5] == b[:5], "the strings of %r: %r" % (b[2], a[3:5]))
    need(len(found()) == len(WANTED), "number of entries")


@check
def flags_and_comments():
    for a, b in zip(found(), WANTED):
        need(a[5:] == b[5:6] + (a[6] if sorted(a[6]) == sorted(b[6]) else b[6],) + b[7:], "the comments and flags of %r: %r" % (b[2], a[5:]))
    need(len(found()) == len(WANTED), "number of entries")


@check
def inputs_unchanged():
    need(text("/app/po/shop.pot") == NAMES["POT"] and text("/app/po/de.po") == NAMES["PO"], "an input")
    need(len(parse(NAMES["POT"])) == 15 and os.path.isfile("/app/po/de.new.po"), "no result")


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
