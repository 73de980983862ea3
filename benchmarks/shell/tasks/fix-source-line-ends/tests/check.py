"""Are the line ends right, and everything else as it was?"""
import os
import stat

RESULTS = []


def check(function):
    """Runs one check at once. Whatever goes wrong in it is a failure, never a crash."""
    try:
        good = bool(function())
        note = ""
    except Exception as error:
        good = False
        note = " (" + ascii(repr(error))[:200] + ")"
    RESULTS.append(good)
    print(("pass  " if good else "FAIL  ") + (function.__doc__ or function.__name__) + note)


def read(path, limit=4 << 20):
    """The bytes of a regular file; a link, a FIFO, a folder or an oversized file is an error."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            raise ValueError("not a plain file of a sane size: " + repr(path))
        return file.read(limit + 1)


def finish():
    """Writes the reward: 1 only when every check has passed."""
    with open("/logs/verifier/.reward", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (bool(RESULTS) and all(RESULTS), sum(RESULTS), len(RESULTS)))
    os.replace("/logs/verifier/.reward", "/logs/verifier/reward.json")


FILES = {
    "main.c": (b"int main(void)\r\n{\r\n\treturn 0;\r\n}\r\n", 0o644), "util.c": (b"int one;\n", 0o644), "mixed.h": (b"#define A 1\r\n#define B 2\n#define C 3\r\n", 0o600),
    "scripts/run.sh": (b"#!/bin/sh\r\necho run\r\n", 0o755), "scripts/build.BAT": (b"@echo off\ncl main.c\r\n", 0o644), "scripts/ok.cmd": (b"@dir\r\n", 0o644),
    "scripts/last.bat": (b"@dir\r\nrem end", 0o744), "scripts/odd.cmd": (b"echo a\rb\necho c\r\r\n", 0o644),
    "img/logo.png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\r\n", 0o644), "img/utf16.txt": ("Größe\r\nzwei\r\n".encode("utf-16"), 0o644),
    "docs/two words.md": (b"# Two\r\n\r\nwords\r\n", 0o644), "docs/ lead.txt": (b"x\r\n", 0o640), "docs/latin.txt": ("Größe\r\n".encode("latin-1"), 0o644),
    "docs/mac.txt": (b"one\rtwo\rthree", 0o644), "docs/progress.txt": (b"10%\r20%\r\r\n\rend\r\n", 0o644), "docs/tail-cr.txt": (b"a\r\nb\r", 0o644), "empty": (b"", 0o644),
    "fix.patch": (b"-a\r\n+b\n", 0o644), "testdata/crlf.txt": (b"a\r\n", 0o644), "lib/testdata/deep/x.c": (b"a\r\n", 0o644), "lib/testdata.txt": (b"a\r\n", 0o644),
    "lib/batman": (b"na\r\nna\r\n", 0o444), "lib/my.bat.txt": (b"x\r\n", 0o644), "lib/.hidden": (b"h\r\n", 0o644), "lib/new\tname.c": (b"n\r\n", 0o644), "lib/bom.txt": (b"\xef\xbb\xbfa\r\n", 0o644),
}
LINKS = {"shared.c": "../elsewhere/shared.c", "alias.c": "main.c", "gone.c": "nowhere.c"}
CHANGED = {
    "main.c": b"int main(void)\n{\n\treturn 0;\n}\n", "mixed.h": b"#define A 1\n#define B 2\n#define C 3\n", "scripts/run.sh": b"#!/bin/sh\necho run\n",
    "scripts/build.BAT": b"@echo off\r\ncl main.c\r\n", "scripts/odd.cmd": b"echo a\rb\r\necho c\r\r\n", "docs/two words.md": b"# Two\n\nwords\n", "docs/ lead.txt": b"x\n",
    "docs/latin.txt": b"Gr\xf6\xdfe\n", "docs/progress.txt": b"10%\r20%\r\n\rend\n", "docs/tail-cr.txt": b"a\nb\r", "lib/testdata.txt": b"a\n", "lib/batman": b"na\nna\n",
    "lib/my.bat.txt": b"x\n", "lib/.hidden": b"h\n", "lib/new\tname.c": b"n\n", "lib/bom.txt": b"\xef\xbb\xbfa\n",
}
ROOT = "/app/src/"


@check
def names():
    """no file or link was added, removed or replaced"""
    found = {os.path.relpath(os.path.join(folder, name), ROOT) for folder, folders, files in os.walk(ROOT) for name in files + [name for name in folders if os.path.islink(os.path.join(folder, name))]}
    return found == set(FILES) | set(LINKS) and all(os.readlink(ROOT + name) == target for name, target in LINKS.items())


@check
def converted():
    """the files that had to change are right"""
    return all(read(ROOT + name) == data for name, data in CHANGED.items())


@check
def kept():
    """the files that had not to change are as they were, with their times"""
    return all(read(ROOT + name) == data and os.stat(ROOT + name).st_mtime == 1650000000 for name, (data, _) in FILES.items() if name not in CHANGED)


@check
def modes():
    """all files have the permission bits that they had"""
    return all(stat.S_IMODE(os.lstat(ROOT + name).st_mode) == mode for name, (_, mode) in FILES.items())


@check
def outside():
    """the file that a link leads to is as it was"""
    return read("/app/elsewhere/shared.c") == b"shared\r\n"


@check
def listed():
    """changed.txt lists the changed files in order"""
    return read("/app/changed.txt", 65536) == "".join(name + "\n" for name in sorted(CHANGED)).encode()


finish()
