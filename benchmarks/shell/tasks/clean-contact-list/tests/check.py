import csv
import io
import os
import shutil
import stat

LIMIT = 8 << 20
CHECKS = []


class Fail(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Fail(why)


def check(function):
    CHECKS.append(function)
    return function


def read(path, limit=LIMIT):
    """The bytes of a regular file; whatever else is there is a failure, never a hang."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as f:
        need(stat.S_ISREG(os.fstat(fd).st_mode), f"{path} is not a regular file")
        data = f.read(limit + 1)
    need(len(data) <= limit, f"{path} is too large")
    return data


def text(path):
    return read(path).decode("utf-8")


def load(path):
    space = {"__name__": "loaded", "__file__": path}
    with open(path, encoding="utf-8") as f:
        exec(compile(f.read(), path, "exec"), space)
    return space


def same(got, want, what):
    """Equality with a short account of the first difference."""
    if got == want:
        return
    if isinstance(got, (list, tuple)) and isinstance(want, (list, tuple)):
        for i, (g, w) in enumerate(zip(got, want)):
            if g != w:
                raise Fail(f"{what}: item {i + 1} is {str(g)[:200]!r}, not {str(w)[:200]!r}")
        raise Fail(f"{what}: {len(got)} items, not {len(want)}")
    if isinstance(got, dict) and isinstance(want, dict):
        for k in want:
            if k not in got:
                raise Fail(f"{what}: {str(k)[:200]!r} is missing")
            if got[k] != want[k]:
                raise Fail(f"{what}: {str(k)[:100]!r} is {str(got[k])[:200]!r}, not {str(want[k])[:200]!r}")
        raise Fail(f"{what}: unexpected {sorted(map(str, set(got) - set(want)))[:3]}")
    raise Fail(f"{what}: {str(got)[:200]!r}, not {str(want)[:200]!r}")


def pristine(files, root):
    """Every original file still has its original bytes."""
    for name, data in files.items():
        need(read(os.path.join(root, name), max(LIMIT, len(data))) == data, f"{name} was changed")


def finish():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
            print(f"pass {function.__name__}")
        except BaseException as e:  # odd files of any kind are a failed check, never a crash
            print(f"FAIL {function.__name__}: {type(e).__name__}: {str(e)[:400]}".encode("ascii", "backslashreplace").decode())
    target = "/logs/verifier/reward.json"
    if os.path.isdir(target) and not os.path.islink(target):
        shutil.rmtree(target, ignore_errors=True)
    with open(target + ".new", "w") as f:
        f.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace(target + ".new", target)


GEN = load("/tests/gen.py")


def quote(field):
    return '"' + field.replace('"', '""') + '"' if any(c in field for c in ',"\n\r') else field


def truth():
    best, keep = {}, []
    for i, r in enumerate(GEN["rows"]()):
        r = [f.replace("\r\n", "\n") for f in r]
        r[1], r[2] = " ".join(r[1].split()), r[2].strip().lower()
        if not r[2]:
            keep.append(r)
        elif r[2] not in best or r[6] >= best[r[2]][6]:
            best[r[2]] = r
    return sorted(keep + list(best.values()), key=lambda r: int(r[0]))


WANT = truth()


def got():
    data = read("/app/contacts_clean.csv")
    need(b"\r" not in data and not data.startswith(b"\xef\xbb\xbf"), "carriage return or byte order mark in the result")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    same(rows[0], GEN["HEAD"], "header")
    return rows[1:]


@check
def original_is_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/contacts_clean.csv")


@check
def right_contacts_in_order():
    same([r[0] for r in got()], [r[0] for r in WANT], "contact_id")
    mails = [r[2] for r in got() if r[2]]
    same(len(mails), len(set(mails)), "different addresses")


@check
def fields_are_right():
    same(got(), WANT, "records")


@check
def bytes_are_right():
    lines = [",".join(map(quote, r)) + "\n" for r in [GEN["HEAD"]] + WANT]
    same(read("/app/contacts_clean.csv").decode("utf-8").split("\n"), "".join(lines).split("\n"), "contacts_clean.csv")


@check
def dropped_is_counted():
    same(text("/app/dropped.txt").strip(), str(len(GEN["rows"]()) - len(WANT)), "dropped.txt")


finish()
