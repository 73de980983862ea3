import hashlib
import os
import random

TREE = {}
LINES = []
WANTED = {}


def sum_of(data):
    return hashlib.sha256(data).hexdigest()


def escape(path):
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def line(digest, path, binary=False):
    # As sha256sum does it: a backslash before the line where the name needs escapes (the tab does not).
    name = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    LINES.append(("\\" if name != path else "") + digest + (" *" if binary else "  ") + name)


def build():
    random.seed(411)
    for folder in ("scans/1911", "scans/1912", "letters"):
        for number in range(1, 31):
            path = "%s/page %d.tif" % (folder, number)
            data = b"II*\x00" + random.randbytes(40 + number)
            TREE[path] = data
            line(sum_of(data), path, number % 7 == 0)
    for path, data in (("index.csv", b"page,title\n"), (" odd", b"1"), ("trail ", b"2"), ("two  spaces", b"3"), ("* star", b"4"), ("-r", b"5"),
                       ("a\\b.txt", b"6"), ("line\nbreak", b"7"), ("empty", b""), (".hidden/.keep", b""), ("caf\u00e9", b"8"), ("cafe\u0301", b"9"), ("tab\there", b"10")):
        TREE[path] = data
        line(sum_of(data), path)
    LINES[3] = LINES[3].replace(sum_of(TREE["scans/1911/page 4.tif"]), sum_of(TREE["scans/1911/page 4.tif"]).upper())
    LINES[4] = LINES[4].replace("  scans", "  ./scans")
    # Damage. Same length, so that only the content tells.
    for path in ("scans/1911/page 30.tif", "letters/page 2.tif"):
        TREE[path] = TREE[path][:-1] + bytes([TREE[path][-1] ^ 1])
        WANTED[path] = "changed"
    for path in ("caf\u00e9", "line\nbreak", "empty"):
        TREE[path] = TREE[path] + b"\n"
        WANTED[path] = "changed"
    for path in ("scans/1912/page 9.tif", "a\\b.txt", " odd"):
        del TREE[path]
        WANTED[path] = "missing"
    TREE["scans/1912/page 10.tif"] = "page 11.tif"
    WANTED["scans/1912/page 10.tif"] = "missing"
    TREE["letters/page 12.tif"] = None
    WANTED["letters/page 12.tif"] = "missing"
    for path, data in (("odd", b"1"), ("a\\\\b.txt", b"6"), ("new\nnote", b"n"), ("tab\textra", b"t"), (".hidden/.DS_Store", b"\x00"), ("scans/1912/Page 9.tif", b"x")):
        TREE[path] = data
        WANTED[path] = "extra"
    TREE["letters/link"] = "../index.csv"
    WANTED["letters/link"] = "extra"
    TREE["letters/dangling"] = "gone"
    WANTED["letters/dangling"] = "extra"
    line(sum_of(b"old index"), "index.csv")
    WANTED["index.csv"] = "conflict"
    line(sum_of(b"gone 1"), "lost.txt")
    line(sum_of(b"gone 2"), "lost.txt")
    WANTED["lost.txt"] = "conflict"
    line(sum_of(TREE["letters/page 1.tif"]).upper(), "letters/page 1.tif", True)


build()
MANIFEST = "# written 2021-11-04\n\n" + "\n".join(LINES)
LISTED = 90 + 13 + 1


def main():
    os.mkdir("/app/backup")
    for path, content in TREE.items():
        full = "/app/backup/" + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if content is None:
            os.mkdir(full)
        elif isinstance(content, str):
            os.symlink(content, full)
        else:
            with open(full, "wb") as file:
                file.write(content)
    with open("/app/SHA256SUMS", "w", encoding="utf-8") as file:
        file.write(MANIFEST)


if __name__ == "__main__":
    main()
