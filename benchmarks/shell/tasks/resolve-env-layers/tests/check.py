"""The stored result against values worked out by hand, and the program on files that it has never seen."""

import ctypes
import json
import os
import re
import resource
import select
import shutil
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


FILES = generator()["FILES"]
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
BASE = "/tmp/check.%s" % os.urandom(8).hex()
WANTED = {
    "APP_NAME": "booking-eu", "PORT": "9090", "COLOR": "", "LINK": "https://example.org/#top", "GREETING": "Gr\u00fc\u00df Gott,\nbooking\t\"guest\"",
    "TEMPLATE": "Dear ${NAME},\n  \\n stays", "WIN_PATH": "C:\\new\\table", "HOST": "eu.example.org", "DEBUG": "yes", "REGEX": "^\\d+$ costs ${PORT} \\08080",
    "URL": "http://:08080/ -> http://eu.example.org:08080/fallbacknone", "PASSWORD": "pa$$word$1${not closed", "LITERAL": "it's \"fine\"", "A": "", "B": "x",
    "TRICK": "${PORT}", "TWICE": "${PORT}", "AFTER": "[none]", "EQ": "a=b==", "_x9": "", "LAST": "tab\there", "exported": "1", "export": "2", "unset": "3", "ZED": "end",
}
# One file per group: source, values. All are given in one run, so numbers keep the names of the groups apart.
GOOD = [
    ("A=1\nA=2\r\nA=\n", {"A": ""}),
    ("A=' x '\nB=\" y \"\nC=  z  \nD=\t'q'\t# c\n", {"A": " x ", "B": " y ", "C": "z", "D": "q"}),
    ("A=a#b\nB=a #b\nC=#\nD= # x\nE=a\t# x\nF='#'#\nG=\"#\"\n", {"A": "a#b", "B": "a", "C": "", "D": "", "E": "a", "F": "#", "G": "#"}),
    ("A=\"x\\\\\"\nB=\"\\\\n\\n\\q\\'\"\nC='\\'\nD=\\\"\n", {"A": "x\\", "B": "\\n\n\\q\\'", "C": "\\", "D": "\\\""}),
    ("P=p\nA=\"\\${P}${P}\\\\${P}$P${P\"\nB=${P:-x}${Q:-y}${Q-z}${Q}|\n", {"P": "p", "A": "${P}p\\p$P${P", "B": "pyz|"}),
    ("E=\nA=${E:-d e}${E-f}\nB=\"${E:-#1}\"\nC=${E:-a#b}\nD=${1x}${E:+x}\n", {"E": "", "A": "d e", "B": "#1", "C": "a#b", "D": "${1x}${E:+x}"}),
    ("A='one\ntwo\n\n#three\n'\nB=\"\n\"\nC=1", {"A": "one\ntwo\n\n#three\n", "B": "\n", "C": "1"}),
    ("A=${A}x\nA=${A}y\nA=\"${A}${A}\"\n", {"A": "xyxy"}),
    ("A=1\n  unset   A\nunset B\nC=${A-gone}\n", {"C": "gone"}),
    ("export\tA=1\nexport export=5\nunset =6\nUNSET=7\n", {"A": "1", "export": "5", "unset": "6", "UNSET": "7"}),
    ("PATH=${PATH}:x\nHOME=${HOME-none}\n", {"PATH": ":x", "HOME": "none"}),
    ("\n\n \t\n# only\n  # comments", {}),
    ("V='a}b'\nW=${V}}\nX=${U:-}}\nY=${U:-${V}}\n", {"V": "a}b", "W": "a}b}", "X": "}", "Y": "${V}"}),
    ("A=x\u00a0\nB=\u00e4\u20ac\nC=\"\u2028\"\nD=a\x0cb\n", {"A": "x\u00a0", "B": "\u00e4\u20ac", "C": "\u2028", "D": "a\x0cb"}),
    ("A=it's\nB=say \"hi\"\n", {"A": "it's", "B": "say \"hi\""}),
]
BAD = [("A=1\nB\n", 2), ("A='x\n\n", 1), ("# c\n\nA='x' y\n", 3), ("A=\"a\nb\"\n1A=2\n", 3), ("A-B=1", 1), ("export A\n", 1), ("unset A B\n", 1), ("A='a\nb'\nB=\"x\\\"\nC=2\n", 3), ("A='it''s'\n", 1), ("unset\n", 1), ("\u00c4=1\n", 1)]


def resolve(*files):
    need(os.access("/app/resolve-env", os.X_OK) and os.path.isfile("/app/resolve-env"), "no program")
    return run(["/app/resolve-env", *files], cwd=BASE, env={"B": "from the environment", "HOST": "wrong"})


def put(name, content):
    with open(BASE + "/" + name, "wb") as file:
        file.write(content.encode())


def fresh():
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE)


def line(values):
    return json.dumps(values, sort_keys=True, ensure_ascii=False) + "\n"


@check
def stored():
    need(text("/app/resolved.json") == line(WANTED), "resolved.json")


@check
def same_files():
    fresh()
    for name, content in FILES.items():
        put("the " + name, content)
    code, out, _ = resolve("the base.env", "the region.env", "the local.env")
    need(code == 0 and out.decode() == line(WANTED), "the files of the task")
    code, out, _ = resolve("the local.env", "the base.env")
    need(code == 0 and json.loads(out)["PORT"] == "08080" and json.loads(out)["URL"] == "http://:08080/" and "A" not in json.loads(out), "another order")


@check
def small_files():
    fresh()
    wanted = {}
    for number, (source, values) in enumerate(GOOD):
        def own(word):
            return re.sub("(?<![A-Za-z])[A-Z](?![A-Za-z])", lambda name: name.group() + str(number), word)

        put("f%d" % number, own(source))
        need(not wanted.keys() & {own(name) for name in values}, "two groups share a name")
        wanted.update((own(name), own(value)) for name, value in values.items())
    code, out, _ = resolve(*("f%d" % number for number in range(len(GOOD))))
    found = json.loads(out) if code == 0 else {}
    wrong = [(name, found.get(name), wanted.get(name)) for name in sorted(found.keys() | wanted.keys()) if found.get(name) != wanted.get(name)]
    need(code == 0 and out.decode() == line(wanted), "name, found, wanted: %r" % wrong[:3])
    bare = ["f%d" % number for number, (_, values) in enumerate(GOOD) if not values]
    need(bare and resolve(*bare)[:2] == (0, b"{}\n"), "files without settings")


@check
def errors():
    fresh()
    put("ok", "A=1\n")
    for number, (source, where) in enumerate(BAD):
        put("e%d" % number, source)
        code, out, err = resolve("ok", "e%d" % number)
        need(code == 1 and out == b"" and err.decode().strip() == "e%d:%d: error" % (number, where), "%r: %d %r" % (source, code, err.decode()))
    code, out, _ = resolve("ok", "not there")
    need(code == 2 and out == b"", "a file that does not exist")


@check
def inputs_unchanged():
    for name, content in FILES.items():
        need(read("/app/env/" + name) == content.encode(), name)
    need(os.path.isfile("/app/resolve-env"), "no program")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    answer = {"reward": int(passed == len(CHECKS)), "checks_passed": passed, "checks": len(CHECKS)}
    with open("/logs/verifier/reward.json.new", "w") as file:
        json.dump(answer, file)
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
