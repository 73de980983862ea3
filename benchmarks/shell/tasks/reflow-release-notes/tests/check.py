"""The stored result, and the filter on texts that it has never seen; invariants of the result besides."""

import ctypes
import os
import random
import re
import resource
import select
import signal
import stat
import time

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


BUDGET = [12.0]  # seconds for all runs together; nothing is left after a run that did not end


def children():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/" + name + "/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != b"Z":
                found.append(int(name))
    return found


def spawn(command, descriptors, cwd, env, umask):
    """Starts a program in a session of its own. The module subprocess is not used: its import takes as long as many a program."""
    here, before = os.getcwd(), os.umask(umask)
    os.chdir(cwd)
    try:
        return os.posix_spawnp(
            command[0], command, env, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(descriptors)],
            setsid=True, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    finally:
        os.chdir(here)
        os.umask(before)


def wait(child, seconds):
    """The exit code; None when the program has not ended by then."""
    watch = os.pidfd_open(child)
    try:
        if not select.select([watch], [], [], seconds)[0]:
            return None
    finally:
        os.close(watch)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spare():
    """A file without a name, for what a program reads or writes."""
    return os.fdopen(os.memfd_create("spare"), "w+b")


def run(command, stdin=b"", timeout=3.0, cwd="/app", umask=0o022, env=None, limit=1 << 20):
    """Runs a program of the solution; gives (exit code, stdout, stderr). Nothing that it started lives on."""
    left = min(timeout, BUDGET[0])
    need(left > 0, "the program hung before, or took too long in all")
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become ours, so that they can be ended

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # these are inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with spare() as out, spare() as err, spare() as source:
        source.write(stdin)
        source.seek(0)
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        clean.update(env or {})
        begin = time.monotonic()
        child = spawn(command, [source.fileno(), out.fileno(), err.fileno()], cwd, clean, umask)
        code = None
        try:
            code = wait(child, left)
            BUDGET[0] = 0 if code is None else BUDGET[0] - (time.monotonic() - begin)
        finally:
            for _ in range(50):
                rest = children()
                if not rest:
                    break
                for pid in rest:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                time.sleep(0.002)
            if code is None:
                os.waitpid(child, 0)
        need(code is not None, "the program did not end in time")
        out.seek(0)
        err.seek(0)
        return code, out.read(limit), err.read(limit)


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


NOTES = generator()["NOTES"]


def reflow(source):
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    blocks, code, target = [], False, None
    for line in lines:
        if code or line.startswith("```"):
            blocks.append(("copy", line))
            code = not line.startswith("```") if code else True
            target = None
        elif not line.strip(" \t"):
            blocks.append(("blank", ""))
            target = None
        elif re.match(r"#{1,6} ", line):
            blocks.append(("copy", line.rstrip(" \t")))
            target = None
        else:
            item = re.match(r"([-*]|[0-9]+\.) ", line)
            if item:
                target = (item.group(1), [])
                line = line[item.end():]
                blocks.append(("fill", target))
            elif target is None:
                target = ("", [])
                blocks.append(("fill", target))
            target[1].extend(word for word in re.split("[ \t]+", line) if word)
    while blocks and blocks[0][0] == "blank":
        blocks.pop(0)
    while blocks and blocks[-1][0] == "blank":
        blocks.pop()
    out, before = [], ""
    for kind, what in blocks:
        if kind == "copy":
            out.append(what)
        elif kind == "blank":
            if before != "blank":
                out.append("")
        else:
            marker, words = what
            indent = " " * (len(marker) + 1 if marker else 0)
            line = (marker + " " if marker else "") + (words[0] if words else "")
            for word in words[1:]:
                if len(line) + 1 + len(word) <= 72:
                    line += " " + word
                else:
                    out.append(line)
                    line = indent + word
            out.append(line if words else marker)
        before = kind
    return "".join(line + "\n" for line in out)


def filtered(source):
    need(os.access("/app/reflow", os.X_OK), "no program")
    code, out, _ = run(["/app/reflow"], stdin=source.encode(), cwd="/")
    need(code == 0, "exit code %d" % code)
    return out.decode("utf-8")


def same(source):
    found, wanted = filtered(source), reflow(source)
    if found != wanted:
        pairs = [pair for pair in zip(found.split("\n"), wanted.split("\n")) if pair[0] != pair[1]]
        raise AssertionError("found and wanted: " + repr(pairs[:1] or (len(found), len(wanted))))


@check
def stored():
    need(text("/app/notes.reflowed.txt") == reflow(NOTES), "notes.reflowed.txt")


@check
def invariants():
    found = text("/app/notes.reflowed.txt")
    need(len(found) > 1000 and re.sub("[ \t\n]+", "", found) == re.sub("[ \t\r\n\ufeff]+", "", NOTES), "words were lost or added")
    need("  map  --project   merc   \n\tindented" in found, "the code block was changed")
    need("3\u00a0500\u00a0km." in found, "words with a no-break space were torn")


@check
def edges():
    for source in ("", " \t\r\n\r\n", "\ufeffone\r\n\r\n\r\ntwo\r\n\r\n", "a\n```\n\n\n```\n\n\n```\nx  ", "\ufeff```"):
        same(source)
    pieces = (
        "- a\n-\n- \n1. \n* \t\n", "x" * 72 + " y\n", "x" * 71 + " y\n", "x" * 70 + " y\n", "- " + "x" * 70 + " y z\n", "- " + "x" * 69 + " y z\n", "100. " + "x" * 80 + " y " + "z" * 67 + " u\n",
        "\u00e4" * 72 + "\n" + "\u00e4" * 35 + " " + "\u00fc" * 36 + " o\n", "a\u00a0b\u2003c\u3000d\x0be\x0cf\u2028g " * 12, "a\u0085b\n" * 30, "  lead  \n\ttab\n- x\n   y\n\n   z\n", "1.\n2 . a\n-\ta\n\u0661. x\n",
        "- a\n```\ncode\n```\nb\n- c\n# d\ne", "a\rb c\n", "````\n```x\ny\n", "***\n* * a\n- - b\n--- c\n",
        "# \n## a\nb\n#\n#  c  ", "last",
    )
    same("\n\n".join(pieces))


@check
def random_texts():
    rng = random.Random(72)
    words = ["map", "tile", "projection", "\u00e4\u00f6\u00fc", "a\u00a0b", "-", "#", "10.", "x" * 40, "http://" + "y" * 75, "```", "*", "Gr\u00f6\u00dfe,", "in", "of", "the"]
    source = ""
    for _ in range(300):
        start = rng.choice(["", "", "", "", "- ", "* ", "12. ", "# ", "  ", "```", "\t"])
        source += start + rng.choice([" ", "  ", "\t"]).join(rng.choice(words) for _ in range(rng.randrange(14))) + rng.choice(["\n", "\n", "\r\n", "\n\n", " \n\n \n"])
    same(source)


@check
def input_unchanged():
    need(read("/app/notes.txt") == NOTES.encode(), "notes.txt")
    need(os.path.isfile("/app/reflow"), "no program")


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
