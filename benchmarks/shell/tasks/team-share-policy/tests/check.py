"""The modes against the policy, the report against the modes of the start, and nothing but modes changed."""

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


TREE = generator()["TREE"]


def wanted(path, before, content):
    parts = path.split("/")
    if parts[0] != "share":
        return before
    row = (0o2770, 0o660, 0o770)
    if parts[1:2] == ["archive"]:
        row = (0o2750, 0o440, 0o550)
    elif parts[1:2] == ["inbox"]:
        row = (0o3770 if len(parts) == 2 else 0o2770, 0o640, 0o640)
    elif parts[1:2] == ["projects"] and parts[3:4] == ["published"] and TREE["/".join(parts[:4])][1] is None:
        row = (0o755, 0o644, 0o755)
    if content is None:
        return row[0]
    return row[2] if before & 0o100 else row[1]


WANTED = {path: wanted(path, before, content) for path, (before, content) in TREE.items() if not isinstance(content, str)}


def modes_of(kind):
    for path, mode in WANTED.items():
        if kind(TREE[path][1]):
            found = stat.S_IMODE(os.lstat("/app/" + path).st_mode)
            need(found == mode, "%s has mode %04o" % (path, found))


@check
def directories():
    modes_of(lambda content: content is None)


@check
def files():
    modes_of(lambda content: content is not None)


@check
def report():
    lines = ["%s\t%04o\t%04o" % (path, TREE[path][0], mode) for path, mode in WANTED.items() if TREE[path][0] != mode]
    lines.sort(key=lambda line: line.split("\t")[0].encode())
    need(text("/app/changes.tsv") == "".join(line + "\n" for line in lines), "changes.tsv")


@check
def nothing_else_changed():
    found = {}
    for top in ("share", "outside"):
        found[top] = None
        for base, directories, names in os.walk("/app/" + top):
            for name in directories + names:
                full = os.path.join(base, name)
                kind = os.lstat(full).st_mode
                need(len(found) < 1000, "too many entries")
                if stat.S_ISLNK(kind):
                    found[full[5:]] = os.readlink(full)
                elif stat.S_ISDIR(kind):
                    found[full[5:]] = None
                elif kind & 0o400:
                    found[full[5:]] = read(full)
                else:
                    found[full[5:]] = TREE[full[5:]][1]
    need(found == {path: content for path, (_, content) in TREE.items()}, "the entries are not those of the start")
    need(found["outside"] is None and stat.S_IMODE(os.lstat("/app/outside/key").st_mode) == 0o600, "outside")
    need(os.path.lexists("/app/changes.tsv"), "no report")


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
