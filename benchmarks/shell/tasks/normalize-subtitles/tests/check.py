"""Is every subtitle file there in UTF-8, with no character changed?"""
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


CUES = [("Où es-tu ?", "À la gare…"), ("Ça coûte 5 €", "“Mon œil”"), ("Schöne Grüße", "– Straße gesperrt"), ("¿Qué pasa?", "Mañana, señor")]


def text(pick, end, last=True):
    lines = []
    for number, line in enumerate(CUES[pick]):
        lines += [str(number + 1), "00:0%d:0%d,000 --> 00:0%d:09,500" % (number, pick, number), line, ""]
    return end.join(lines[:-1]) + (end if last else "")


FILES = {
    "film one/fr.srt": (b"\xff\xfe", text(0, "\r\n"), "utf-16-le"),
    "film one/de.SRT": (b"\xfe\xff", text(2, "\n", False), "utf-16-be"),
    "film one/es.srt": (b"\xef\xbb\xbf", text(3, "\r\n"), "utf-8"),
    "film two/fr.srt": (b"", text(1, "\r\n"), "cp1252"),
    "film two/el.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\r\nΚαλημέρα, κόσμε\r\n", "iso8859-7"),
    "film two/de.srt": (b"", text(2, "\r", False), "utf-8"),
    "film two/marks.srt": (b"\xef\xbb\xbf", "1\n00:00:01,000 --> 00:00:02,000\n\ufeffWord\u00a0joiner\u2028same line\x0bsame line\x85\n", "utf-8"),
    "old, tapes/ru.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\r\nДо свидания\r\n\r\n\r\n", "koi8-r"),
    "old, tapes/ja.srt": (b"", "1\n00:00:01,000 --> 00:00:02,000\nありがとう\n", "utf-16-le"),
    "old, tapes/pl.srt": (b"\xef\xbb\xbf", "1\r\n00:00:01,000 --> 00:00:02,000\r\nDzień dobry\r\n", "utf-8"),
    "mixed.srt": (b"", "1\r\n00:00:01,000 --> 00:00:02,000\rOne\nTwo\r\r\n\n\rEnd", "utf-8"),
    "empty.srt": (b"", "", "utf-8"),
    "only-mark.srt": (b"\xff\xfe", "", "utf-16-le"),
    "plain.srt": (b"", "1\n00:00:01,000 --> 00:00:02,000\nÃ¤ is written like this on purpose\n", "utf-8"),
}
ROOT = "/app/utf8"


def wanted(name):
    """What the converted file has to be, from the text that the original was made of."""
    text = FILES[name][1].replace("\r\n", "\n").replace("\r", "\n")
    return (text + "\n" if text and not text.endswith("\n") else text).encode("utf-8")


def data(name):
    return read(os.path.join(ROOT, name))


@check
def names():
    """exactly the subtitle files are there"""
    found = [os.path.relpath(os.path.join(folder, name), ROOT) for folder, _, files in os.walk(ROOT) for name in files]
    return sorted(found) == sorted(FILES)


@check
def marked():
    """files with a byte order mark are right"""
    return all(data(name) == wanted(name) for name in FILES if FILES[name][0])


@check
def unmarked():
    """files without one are right"""
    return all(data(name) == wanted(name) for name in FILES if not FILES[name][0])


@check
def form():
    """all are UTF-8 without a mark and without CR, and end with LF"""
    for name in FILES:
        found = data(name)
        found.decode("utf-8")
        if found.startswith(b"\xef\xbb\xbf") or b"\r" in found or (found and not found.endswith(b"\n")):
            return False
    return True


@check
def originals():
    """the originals are as they were"""
    count = sum(len(files) for _, _, files in os.walk("/app/subtitles"))
    return count == len(FILES) + 2 and all(read("/app/subtitles/" + name) == mark + text.encode(encoding) for name, (mark, text, encoding) in FILES.items())


finish()
