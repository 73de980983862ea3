"""The modes of the whole tree against the policy, and nothing but modes changed."""

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


def wanted(path, mode, content):
    if path.split("/")[0] != "site":
        return mode
    if content is None:
        return 0o1777 if path.split("/")[-1] == "uploads" else 0o755
    return 0o755 if content[:2] == b"#!" else 0o644


def mode(path):
    return stat.S_IMODE(os.lstat("/app/" + path).st_mode)


def modes_of(kind):
    for path, (before, content) in TREE.items():
        if kind(path, content):
            need(mode(path) == wanted(path, before, content), "%s has mode %04o" % (path, mode(path)))


@check
def directories():
    modes_of(lambda path, content: content is None and path.startswith("site"))


@check
def files():
    modes_of(lambda path, content: isinstance(content, bytes) and path.startswith("site"))


@check
def outside():
    modes_of(lambda path, content: not isinstance(content, str) and not path.startswith("site"))
    need(mode("site") == 0o755, "the site itself")


@check
def nothing_else_changed():
    found = {}
    for top in ("site", "private", "releases"):
        need(stat.S_ISDIR(os.lstat("/app/" + top).st_mode), top)
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
                else:
                    found[full[5:]] = read(full)
    need(found == {path: content for path, (_, content) in TREE.items()}, "the entries are not those of the start")
    need(mode("site") == 0o755, "the site itself")


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
