"""Is every damaged cell repaired, and every other one as it was?"""
import csv
import io
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


# The table as it was before the confusion, and how often each cell went through it.
rng = random.Random(1252)
HOLES = "\x81\x8d\x8f\x90\x9d"


def spoil(text, times):
    for _ in range(times):
        text = "".join(chr(byte) if chr(byte) in HOLES else bytes([byte]).decode("cp1252") for byte in text.encode("utf-8"))
    return text


NAMES = ["José Álvarez", "Łukasz Żak", "Zoë à Porta", "Søren Ågård", "Ítalo Íñiguez", "Đorđe Šarić", "François l’Ïle", "Müller & Söhne", "Anna Smith", "山田 太郎", "Ωμέγα ΕΠΕ", "Jürgen Groß",
         "Náměstí Ďáblice", "Chloé 🌷 Fleurs", "“Quoted” Ltd.", "São João", "Œuvre d’art", "N. N."]
STREETS = ["Rua São Bento, 7", "Königstraße 12", "10 Downing Street", "ulica Piękna 3", "Calle Ángel Núñez", "Åvägen 5", "Place à l'Œuf\n2e étage", "Îlot  4 ", "Rue de l’Église", "ČSA 8",
           "Straße des 17. Juni\u00a0135", "naïve Allee 1"]
NOTES = ["", "prefers e-mail", "Größe: 5’11”", "pays in €", "“VIP” since ’99", "50 % discount, £ only", "§ 14 – see file", "déjà vu …", "Ã", "Â and Ã are letters", "2 × 3 ½ °C", "ï is an i", "Ÿ? ž! Š.",
         " spaces around ", "He said \"ça va\"", "tab\there"]
ROWS = []
for number in range(140):
    cells, undone = [], []
    for values in (NAMES, STREETS, NOTES):
        text = values[rng.randrange(len(values))]
        times = rng.choice([0, 0, 1, 1, 1, 2, 3])
        if not any(ord(letter) > 127 for letter in text):
            times = 0
        cells.append((text, times))
    ROWS.append(("%05d" % (number * 73 % 9973), cells))
COLUMNS = ["id", "name", "street", "note"]


def table():
    return list(csv.reader(io.StringIO(read("/app/customers-repaired.csv").decode("utf-8"), newline=""), strict=True))


@check
def shape():
    """the same records and columns in the same order, without a byte order mark"""
    found = table()
    return found[0] == COLUMNS and [row[0] for row in found[1:]] == [key for key, _ in ROWS] and all(len(row) == 4 for row in found)


@check
def repaired():
    """every damaged cell is what it was"""
    found = table()[1:]
    return len(found) == len(ROWS) and all(row[1 + at] == text for row, (_, cells) in zip(found, ROWS) for at, (text, times) in enumerate(cells) if times)


@check
def sound():
    """every sound cell is unchanged"""
    found = table()[1:]
    return len(found) == len(ROWS) and all(row[1 + at] == text for row, (_, cells) in zip(found, ROWS) for at, (text, times) in enumerate(cells) if not times)


@check
def repairs():
    """repairs.tsv lists each repaired cell and how often"""
    lines = ["%s\t%s\t%d\n" % (key, COLUMNS[1 + at], times) for key, cells in ROWS for at, (_, times) in enumerate(cells) if times]
    return read("/app/repairs.tsv").decode("utf-8") == "".join(lines)


@check
def original():
    """the original table is as it was"""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS] + [[key] + [spoil(value, times) for value, times in cells] for key, cells in ROWS])
    return read("/app/customers.csv").decode("utf-8") == text.getvalue()


finish()
