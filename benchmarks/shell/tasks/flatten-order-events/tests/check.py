import csv
import io
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
HEAD = ["order_id", "placed", "name", "vip", "pos", "sku", "qty", "price", "gift"]


def cell(value):
    if value is None or value is GEN["MISSING"]:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def truth():
    rows = []
    for oid, placed, customer, lines in GEN["orders"]():
        c = customer if isinstance(customer, dict) else {}
        head = [oid, cell(placed), cell(c.get("name")), cell(c.get("vip"))]
        if isinstance(lines, list) and lines:
            for n, l in enumerate(lines, 1):
                rows.append(head + [str(n), cell(l["sku"]), cell(l["qty"]), cell(l["price"]).strip('"'), cell(l["gift"])])
        else:
            rows.append(head + [""] * 5)
    return rows


def got():
    rows = list(csv.reader(io.StringIO(text("/app/lines.csv"), newline=""), strict=True))
    same(rows[0], HEAD, "header")
    return rows[1:]


@check
def input_is_untouched():
    pristine(GEN["files"](), "/app")
    read("/app/lines.csv")


@check
def orders_and_positions():
    same([(r[0], r[4]) for r in got()], [(r[0], r[4]) for r in truth()], "order_id and pos")


@check
def all_fields():
    same(got(), truth(), "rows")


@check
def exact_bytes():
    lines = [",".join('"' + f.replace('"', '""') + '"' if any(c in f for c in ',"\n\r') else f for f in r) + "\n" for r in [HEAD] + truth()]
    same(text("/app/lines.csv").split("\n"), "".join(lines).split("\n"), "lines.csv")


@check
def summary():
    orders = GEN["orders"]()
    vip = sum(isinstance(o[2], dict) and o[2].get("vip") is True for o in orders)
    same(json.loads(text("/app/summary.json")), {"orders": len(orders), "rows": len(truth()), "vip_orders": vip}, "summary.json")


finish()
