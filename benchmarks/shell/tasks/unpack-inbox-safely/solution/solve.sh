#!/bin/bash
set -euo pipefail
cat > /app/unpack <<'END'
#!/usr/bin/python3 -IB
"""unpack INBOX OUTPUT: unpacks archives of unknown origin, each as a whole or not at all."""
import bz2
import io
import lzma
import os
import stat
import sys
import tarfile
import zipfile
import zlib


class Rejected(Exception):
    pass


def gunzip(data):
    out = []
    while data:
        stream = zlib.decompressobj(31)
        out.append(stream.decompress(data))
        if not stream.eof:
            raise EOFError
        data = stream.unused_data.lstrip(b"\0")
    return b"".join(out)


def members(data):
    """[(name, kind, content or target, executable)] of an archive, or Rejected."""
    if data[:4] in (b"PK\3\4", b"PK\5\6"):
        return zip_members(data)
    for magic, unpack in ((b"\x1f\x8b", gunzip), (b"BZh", bz2.decompress), (b"\xfd7zXZ\0", lzma.decompress)):
        if data.startswith(magic):
            try:
                data = unpack(data)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                raise Rejected("damaged")
            break
    else:
        magic = None
    if data[257:262] != b"ustar" and not (data and not data.strip(b"\0") and len(data) % 512 == 0):
        raise Rejected("unknown")
    return tar_members(data)


def tar_members(data):
    found = []
    kinds = {tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file", tarfile.DIRTYPE: "folder", tarfile.SYMTYPE: "link", tarfile.LNKTYPE: "hard"}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errorlevel=2) as archive:
            for info in archive:
                kind = kinds.get(info.type, "other")
                content = None
                if kind == "file":
                    content = archive.extractfile(info).read()
                    if len(content) != info.size:
                        raise Rejected("damaged")
                found.append((info.name, kind, info.linkname if kind in ("link", "hard") else content, bool(info.mode & 0o100)))
            # An archive ends with a block of zeros; a header that cannot be read would also end the loop.
            if data[archive.offset:archive.offset + 512].strip(b"\0") or archive.offset > len(data):
                raise Rejected("damaged")
    except (tarfile.TarError, EOFError, OSError, ValueError):
        raise Rejected("damaged")
    return found


def zip_members(data):
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                content = archive.read(info)
                mode = info.external_attr >> 16 if info.create_system == 3 else 0
                kind = {stat.S_IFLNK: "link", stat.S_IFDIR: "folder", 0: "file", stat.S_IFREG: "file"}.get(stat.S_IFMT(mode), "other")
                if info.orig_filename.endswith("/"):
                    kind = "folder"
                found.append((info.orig_filename, kind, content.decode() if kind == "link" else content, bool(mode & 0o100)))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Rejected("damaged")
    return found


def plan(found):
    """{path: (kind, content, executable)} in the order of the archive, or Rejected."""
    clean = []
    for name, kind, content, executable in found:
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if not name or name.startswith("/") or ".." in parts or "\0" in name or kind == "other":
            raise Rejected("unsafe")
        if not parts:
            if kind != "folder":
                raise Rejected("unsafe")
            continue
        clean.append(("/".join(parts), kind, content, executable))
    links = {path for path, kind, _, _ in clean if kind == "link"}
    regular = set()
    for path, kind, content, _ in clean:
        if kind == "link" and (not content or content.startswith("/") or ".." in content.split("/")):
            raise Rejected("unsafe")
        if kind == "hard" and "/".join(part for part in content.split("/") if part not in ("", ".")) not in regular:
            raise Rejected("unsafe")
        if kind == "hard" and content.startswith("/"):
            raise Rejected("unsafe")
        above = os.path.dirname(path)
        while above:
            if above in links:
                raise Rejected("unsafe")
            above = os.path.dirname(above)
        if kind in ("file", "hard"):
            regular.add(path)
    tree = {}
    for path, kind, content, executable in clean:
        if path in tree and (kind, tree[path][0]) != ("folder", "folder"):
            raise Rejected("conflict")
        if kind == "hard":
            _, content, executable = tree["/".join(part for part in content.split("/") if part not in ("", "."))]
            kind = "file"
        tree[path] = (kind, content, executable)
    for path in tree:
        above = os.path.dirname(path)
        while above:
            if tree.get(above, ("folder",))[0] != "folder":
                raise Rejected("conflict")
            above = os.path.dirname(above)
    return tree


def main():
    inbox, output = sys.argv[1:]
    os.mkdir(output)
    rejected = []
    for name in sorted(os.listdir(inbox)):
        try:
            with open(os.path.join(inbox, name), "rb") as file:
                tree = plan(members(file.read()))
        except Rejected as reason:
            rejected.append((os.fsencode(name), str(reason).encode()))
            continue
        root = os.path.join(output, name)
        os.mkdir(root)
        for path, (kind, content, executable) in tree.items():
            path = os.path.join(root, path)
            os.makedirs(path if kind == "folder" else os.path.dirname(path), exist_ok=True)
            if kind == "link":
                os.symlink(content, path)
            elif kind == "file":
                with open(path, "xb") as file:
                    file.write(content)
                os.chmod(path, 0o755 if executable else 0o644)
    with open(os.path.join(output, "rejected.tsv"), "wb") as file:
        file.writelines(name + b"\t" + reason + b"\n" for name, reason in sorted(rejected))


main()
END
chmod 755 /app/unpack
/app/unpack /app/inbox /app/unpacked
