import os

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
for name, (data, mode) in FILES.items():
    path = "/app/src/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)
    os.utime(path, (1650000000, 1650000000))
os.makedirs("/app/elsewhere")
with open("/app/elsewhere/shared.c", "wb") as file:
    file.write(b"shared\r\n")
os.symlink("../elsewhere/shared.c", "/app/src/shared.c")
os.symlink("main.c", "/app/src/alias.c")
os.symlink("nowhere.c", "/app/src/gone.c")
