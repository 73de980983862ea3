"""Is the backup restored as it was packed, from the right parts?"""
import hashlib
import os
import random
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


ROOT = "/app/restored"
LINKS = {"albums/latest": "2022", "albums/2019/cover.jpg": "../Été à Nice/photo 1.jpg"}


def made():
    """The members as they were packed: {name: (data, mode, time)}."""
    rng = random.Random(20240611)
    members = {}
    for number in range(46):
        name = ("albums/%d/IMG_%04d.jpg" % (2019 + number % 4, number * 37), "albums/Été à Nice/photo %d.jpg" % number, "albums/%d/notes/%d.txt" % (2020 + number % 3, number))[number % 3]
        members[name] = (rng.randbytes(rng.choice([0, 1, 700, 5000, 9000])), (0o644, 0o600, 0o640, 0o755)[number % 4], 1500000000 + number * 777777)
    return members


WANTED = made()


def found():
    """The names of all files and links below the restored folder."""
    names = {}
    for folder, folders, files in os.walk(ROOT):
        for name in folders + files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if not stat.S_ISDIR(mode):
                names[os.path.relpath(path, ROOT)] = mode
    return names


@check
def names():
    """exactly the members of the archive are there, links as links"""
    names = found()
    return set(names) == set(WANTED) | set(LINKS) and all(os.readlink(os.path.join(ROOT, name)) == target for name, target in LINKS.items())


@check
def contents():
    """every file has its content"""
    return all(read(os.path.join(ROOT, name)) == data for name, (data, _, _) in WANTED.items())


@check
def modes_and_times():
    """every file has its permission bits and its modification time"""
    status = {name: os.lstat(os.path.join(ROOT, name)) for name in WANTED}
    return all(stat.S_IMODE(status[name].st_mode) == mode and int(status[name].st_mtime) == time for name, (_, mode, time) in WANTED.items())


@check
def summary():
    """restored.txt counts the parts, the files and their bytes"""
    lines = read("/app/restored.txt", 4096).decode().split("\n")
    return lines == ["parts 12", "files %d" % len(WANTED), "bytes %d" % sum(len(data) for data, _, _ in WANTED.values()), ""]


@check
def incoming():
    """the parts are still there as they came"""
    names = ["photos.tar.gz.part%d" % number for number in range(1, 14)] + ["photos.tar.gz.part7.again", "SHA256SUMS"]
    sums = dict(reversed(line.split("  ")) for line in read("/app/incoming/SHA256SUMS", 4096).decode().splitlines())
    bad = [name for name in sums if hashlib.sha256(read("/app/incoming/" + name)).hexdigest() != sums[name]]
    return sorted(os.listdir("/app/incoming")) == sorted(names) and len(sums) == 12 and bad == ["photos.tar.gz.part7"]


finish()
