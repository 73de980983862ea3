import json
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
        json.dump({"reward": int(passed == len(CHECKS)), "checks_passed": passed, "checks": len(CHECKS)}, f)
    os.replace(target + ".new", target)


GEN = load("/tests/gen.py")
ROWS = GEN["build"]()


def truth():
    best = {}
    for i, (t, attempt, event, kind, line) in enumerate(ROWS):
        k = (type(event), event)
        if k not in best or (t, attempt, i) > best[k][:3]:
            best[k] = (t, attempt, i, kind, line)
    return sorted(best.values(), key=lambda r: (r[0], r[2]))


WANT = truth()


@check
def input_is_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/last.jsonl")


@check
def one_line_per_event():
    events = [json.loads(l)["event"] for l in read("/app/last.jsonl").splitlines()]
    same(sorted(f"{e!r}" for e in events), sorted({f"{r[2]!r}" for r in ROWS}), "events")


@check
def lines_in_order():
    same(read("/app/last.jsonl").split(b"\n"), [r[4].encode() for r in WANT] + [b""], "last.jsonl")


@check
def types():
    count = {}
    for r in WANT:
        count[r[3]] = count.get(r[3], 0) + 1
    same(text("/app/types.txt").splitlines(), [f"{n} {k}" for k, n in sorted(count.items(), key=lambda kv: (-kv[1], kv[0]))], "types.txt")


finish()
