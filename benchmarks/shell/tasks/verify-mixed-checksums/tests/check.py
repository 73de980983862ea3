"""Does the report give every name its right status, once, in order?"""
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


FAILED = ["archive/double.pdf", "court/altered.pdf"]
MISSING = ["archive/gone (1).pdf", "court/lost.pdf"]
UNLISTED = ["Thumbs.db", "court/back\\next.pdf", "extra/new scan.pdf", "extra/new\\nline.pdf"]
OK = ["archive/Größe.pdf", "archive/trail .pdf", "archive/x.pdf", "court/a\\nb.pdf", "court/back\\\\next.pdf", "court/back\\\\slash.pdf", "court/case 7.pdf",
      "deeds/ lead.tif", "deeds/*star.tif", "deeds/1901.tif", "deeds/1902 (copy).tif", "deeds/map = north.tif", "index.txt"]
WANTED = {name.encode(): status for status, names in ((b"OK", OK), (b"FAILED", FAILED), (b"MISSING", MISSING), (b"UNLISTED", UNLISTED)) for name in names}


def lines():
    data = read("/app/report.tsv", 65536)
    if not data.endswith(b"\n"):
        raise ValueError("the last line does not end")
    return [tuple(line.split(b"\t", 1)) for line in data[:-1].split(b"\n")]


@check
def names():
    """every name is there once, written as asked"""
    found = [name for _, name in lines()]
    return sorted(found) == sorted(WANTED)


@check
def order():
    """the lines are sorted by the bytes of the names"""
    found = [name for _, name in lines()]
    return found == sorted(found) and len(found) == len(WANTED)


@check
def statuses():
    """every status is right"""
    return {name: status for status, name in lines()} == WANTED


@check
def delivery():
    """delivery and lists are as they were"""
    files = {os.path.relpath(os.path.join(folder, name), "/app/delivery") for folder, _, names in os.walk("/app/delivery") for name in names}
    plain = {name.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\") for name in OK + FAILED + UNLISTED}
    good = all(read("/app/delivery/" + name) == ("Scan of %s\n" % name).encode() * (len(name) % 5 + 1) for name in plain if name != "court/altered.pdf")
    return files == plain and good and sorted(os.listdir("/app/lists")) == ["archive-2.md5", "archive.bsd", "court.sum", "town hall.sha256"]


finish()
