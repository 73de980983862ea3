import os
import re
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
BANK, LEDGER = GEN["build"]()


def ref(s):
    m = re.search(r"(RE|GS)- *([0-9]+)", s.upper())
    return m and (m[1], int(m[2]))


def amount(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def truth():
    taken, pairs, open_bank = set(), [], []
    for i, (day, _, purpose, cents) in enumerate(BANK):
        fit = [(abs((d - day).days), d, k) for k, (_, d, r, c) in enumerate(LEDGER)
               if k not in taken and c == cents and abs((d - day).days) <= 3 and ref(purpose) and ref(r) == ref(purpose)]
        if fit:
            k = min(fit)[2]
            taken.add(k)
            pairs.append(f"{i + 1}\t{LEDGER[k][0]}")
        else:
            open_bank.append(f"bank\t{i + 1}\t{amount(cents)}")
    return pairs, open_bank, [f"ledger\t{e[0]}\t{amount(e[3])}" for k, e in enumerate(LEDGER) if k not in taken]


PAIRS, OPEN_BANK, OPEN_LEDGER = truth()


def lines(name):
    out = text(name).split("\n")
    need(out.pop() == "", f"{name}: the last line has no end")
    return out


@check
def inputs_are_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/matched.tsv")


@check
def matches():
    same(lines("/app/matched.tsv"), ["line\tentry"] + PAIRS, "matched.tsv")


@check
def every_item_once():
    m = [l.split("\t") for l in lines("/app/matched.tsv")[1:]]
    o = [l.split("\t") for l in lines("/app/open.tsv")[1:]]
    same(sorted([a for a, _ in m] + [r[1] for r in o if r[0] == "bank"], key=int), [str(i + 1) for i in range(len(BANK))], "bank lines")
    same(sorted([b for _, b in m] + [r[1] for r in o if r[0] == "ledger"]), sorted(e[0] for e in LEDGER), "entries")


@check
def open_items():
    same(lines("/app/open.tsv"), ["source\tid\tamount"] + OPEN_BANK + OPEN_LEDGER, "open.tsv")


@check
def balance():
    a, b = sum(x[3] for x in BANK), sum(x[3] for x in LEDGER)
    same(text("/app/balance.txt").splitlines(), [amount(a), amount(b), amount(a - b)], "balance.txt")


finish()
