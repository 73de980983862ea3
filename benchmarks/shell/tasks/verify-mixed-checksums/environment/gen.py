import hashlib
import os

ROOT = "/app/delivery/"


def data(name):
    return ("Scan of %s\n" % name).encode() * (len(name) % 5 + 1)


def put(name, content=None):
    os.makedirs(os.path.dirname(ROOT + name), exist_ok=True)
    with open(ROOT + name, "wb") as file:
        file.write(data(name) if content is None else content)


def digest(kind, name):
    return hashlib.new(kind, data(name)).hexdigest()


def escaped(kind, name, sign):
    return "\\" + digest(kind, name) + sign + name.replace("\\", "\\\\").replace("\n", "\\n")


def plain(kind, name, sign):
    return digest(kind, name) + sign + name


def bsd(kind, name):
    return "%s (%s) = %s" % (kind.upper(), name, digest(kind, name))


town = ["deeds/1901.tif", "deeds/1902 (copy).tif", "deeds/map = north.tif", "index.txt", "deeds/ lead.tif", "deeds/*star.tif"]
court = ["court/case 7.pdf", "court/a\nb.pdf", "court/back\\slash.pdf", "court/back\\next.pdf", "court/lost.pdf", "court/altered.pdf"]
archive = ["archive/Größe.pdf", "archive/x.pdf", "archive/double.pdf", "index.txt", "archive/gone (1).pdf", "archive/trail .pdf"]
for name in town + court + archive + ["extra/new scan.pdf", "extra/new\nline.pdf", "Thumbs.db", "court/back\next.pdf"]:
    put(name)
put("court/altered.pdf", b"Scan of something else\n")
for name in ("court/lost.pdf", "archive/gone (1).pdf"):
    os.unlink(ROOT + name)
os.makedirs("/app/lists")
with open("/app/lists/town hall.sha256", "w", newline="\r\n") as file:
    file.writelines(plain("sha256", name, "  ") + "\n" for name in town[:4])
    file.write(plain("sha256", town[4], "  ").upper().replace(town[4].upper(), town[4]) + "\n")
    file.write(plain("sha256", town[5], " *") + "\n")
with open("/app/lists/court.sum", "w") as file:
    file.write(plain("sha1", court[0], " *") + "\n" + escaped("sha1", court[1], "  ") + "\n" + escaped("sha1", court[2], "  ") + "\n" + escaped("sha1", court[3], " *") + "\n")
    file.write(plain("sha1", court[4], "  ") + "\n" + plain("sha1", court[5], "  "))
with open("/app/lists/archive.bsd", "w") as file:
    file.writelines(bsd(kind, name) + "\n" for kind, name in zip(("sha256", "md5", "sha512", "sha256", "sha1", "md5"), archive))
with open("/app/lists/archive-2.md5", "w") as file:
    # A second opinion: right for one, wrong for the other.
    file.write(plain("md5", "archive/x.pdf", "  ") + "\n")
    file.write(hashlib.md5(b"older scan").hexdigest() + "  archive/double.pdf\n")
