"""Reads the configuration as nginx would, before and after: the headers that each block sends, and every other line."""

import fnmatch
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
BASE = "/app/nginx/"
LINE = 'add_header Strict-Transport-Security "max-age=31536000" always;'
HSTS = ("Strict-Transport-Security", "max-age=31536000", "always")


def tokens(source):
    """Words, and the signs ; { } as tuples."""
    at, out = 0, []
    while at < len(source):
        char = source[at]
        if char.isspace():
            at += 1
        elif char == "#":
            while at < len(source) and source[at] != "\n":
                at += 1
        elif char in ";{}":
            out.append((char,))
            at += 1
        elif char in "\"'":
            end, word = at + 1, ""
            while source[end] != char:
                if source[end] == "\\" and source[end + 1] in "\"'\\":
                    end += 1
                word += source[end]
                end += 1
            out.append(word)
            at = end + 1
        else:
            end = at
            while end < len(source) and not source[end].isspace() and source[end] not in ";{":
                end += 1
            out.append(source[at:end])
            at = end
    return out


def parse(files, name, depth=0):
    need(depth < 8, "includes too deep")
    stack, words = [[]], []
    for token in tokens(files[name]):
        if isinstance(token, str):
            words.append(token)
        elif token == (";",):
            need(words, "an empty directive in " + name)
            if words[0] == "include":
                for other in sorted(n for n in files if fnmatch.fnmatchcase(n, words[1]) and n.count("/") == words[1].count("/")):
                    stack[-1] += parse(files, other, depth + 1)
            else:
                stack[-1].append((tuple(words), None))
            words = []
        elif token == ("{",):
            inner = []
            stack[-1].append((tuple(words), inner))
            stack.append(inner)
            words = []
        else:
            need(len(stack) > 1 and not words, "a brace too many in " + name)
            stack.pop()
    need(len(stack) == 1 and not words, "a brace is missing in " + name)
    return stack[0]


def sends(files):
    """(path of the block, is it TLS, headers in force) for each block that answers."""
    found = []

    def visit(block, path, inherited, tls, level):
        own = [words[1:] for words, inner in block if inner is None and words[0] == "add_header"]
        need(not own or level in ("http", "server", "location", "location if"), "add_header in " + "/".join(path))
        headers = own or inherited
        if level not in ("http", "main"):
            found.append(("/".join(path), tls, headers))
        number = 0
        for words, inner in block:
            if inner is None or words[0] == "events":
                continue
            number += 1
            here = path + ["%d %s" % (number, " ".join(words))]
            if words[0] == "server":
                secure = any(w[0] == "listen" and "ssl" in w[1:] for w, i in inner if i is None)
                visit(inner, here, headers, secure, "server")
            elif words[0] == "if" and level == "server":
                need(not any(w[0] == "add_header" for w, _ in inner), "add_header in an if of a server")
            else:
                visit(inner, here, headers, tls, "location if" if words[0] == "if" else words[0])

    visit(parse(files, "nginx.conf"), [], [], False, "main")
    return found


def others(headers):
    return sorted(words for words in headers if words[0].lower() != HSTS[0].lower())


def after():
    return {name: text(BASE + name) for name in FILES}


BEFORE = sends(FILES)


@check
def tls_servers():
    found = sends(after())
    need(len(found) == len(BEFORE) and any(tls for _, tls, _ in found), "blocks")
    for path, tls, headers in found:
        if tls:
            names = [words for words in headers if words[0].lower() == HSTS[0].lower()]
            need(names == [HSTS], "%s sends %s" % (path, names))


@check
def plain_servers():
    for path, tls, headers in sends(after()):
        need(tls or not any(words[0].lower() == HSTS[0].lower() for words in headers), path + " is a plain one")
    need(after() != FILES, "nothing was changed")


@check
def other_headers():
    for a, b in zip(BEFORE, sends(after())):
        need(a[:2] == b[:2] and others(a[2]) == others(b[2]), "%s: %s" % (a[0], others(b[2])))
    need(after() != FILES, "nothing was changed")


@check
def lines():
    now = after()
    allowed = {LINE, "add_header X-Frame-Options SAMEORIGIN;", "add_header X-Content-Type-Options nosniff;", 'add_header Referrer-Policy "no-referrer; {strict}";'}
    for name, content in FILES.items():
        if name.startswith("shared/") or name.endswith(".bak"):
            need(now[name] == content, name + " was changed")
        old = content.split("\n")
        new = now[name].split("\n")
        at = 0
        for line in new:
            if at < len(old) and line == old[at]:
                at += 1
            elif at < len(old) and line.strip() == LINE and old[at].strip().lower().startswith("add_header strict-") and name == "sites/30-auth.conf":
                at += 1
            else:
                need(line.strip() in allowed, "line %r in %s" % (line, name))
        need(at == len(old), name + " has lost " + repr(old[at:at + 1]))
    need(sum(content.count(LINE) for content in now.values()) == 11, "the line is where it is not necessary")


@check
def files_and_modes():
    found = {}
    for base, directories, names in os.walk(BASE):
        for name in names:
            full = os.path.join(base, name)
            found[os.path.relpath(full, BASE)] = stat.S_IMODE(os.lstat(full).st_mode)
    need(found == {name: 0o640 if name.startswith("sites") else 0o644 for name in FILES}, "files or modes")
    need(after() != FILES, "nothing was changed")


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
