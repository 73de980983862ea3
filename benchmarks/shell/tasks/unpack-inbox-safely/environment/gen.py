import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile


def tar(*members):
    """Members are (name, bytes, mode), (name, "dir"), (name, "link", target), (name, "hard", target) or (name, "fifo")."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, what, *more in members:
            info = tarfile.TarInfo(name)
            info.uid = info.gid = 1000
            info.mtime = 1717000000
            if isinstance(what, bytes):
                info.size, info.mode = len(what), more[0] if more else 0o644
                archive.addfile(info, io.BytesIO(what))
                continue
            info.type = {"dir": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "fifo": tarfile.FIFOTYPE}[what]
            info.mode = 0o755
            info.linkname = more[0] if more else ""
            archive.addfile(info)
    return buffer.getvalue()


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, what, *more in members:
            info = zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0))
            info.create_system = 3
            info.external_attr = ((more[0] if more else 0o644) | (0o120000 if len(more) > 1 else 0o100000)) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, what)
    return buffer.getvalue()


def put(name, data):
    with open("/app/inbox/" + name, "wb") as file:
        file.write(data)


os.makedirs("/app/inbox")
put("prices.tar.gz", gzip.compress(tar(("prices", "dir"), ("prices/june.csv", b"sku,price\n1,2.50\n"), ("prices/tool.sh", b"#!/bin/sh\n", 0o755), ("prices/latest", "link", "june.csv")), mtime=0))
put("Katalog Größe.zip", tar(("./", "dir"), ("./a b/c.txt", b"c\n"), ("./a b/d.txt", "hard", "./a b/c.txt")))
put("photos.tar", zipped(("photos/1.jpg", b"\xff\xd8one"), ("photos/run", b"#!/bin/sh\n", 0o755), ("photos/cover.jpg", b"1.jpg", 0o777, "link")))
put("stock.tgz", lzma.compress(tar(("stock/..hidden..", b"dots\n"), ("stock/x", "dir"))))
put("terms.zip", zipped(("terms.txt", b"ok\n"), ("../terms.txt", b"out\n")))
put("labels.tar.bz2", bz2.compress(tar(("out", "link", "/app"), ("out/labels.txt", b"through\n"))))
put("orders.tar.xz", lzma.compress(tar(("orders/1.csv", b"n\n" * 4000)))[:-40])
put("readme", b"Dear customer,\nthe archives follow.\n")
