import datetime
import os
import resource
import select
import shutil
import signal
import stat
import time
from fractions import Fraction

LIMIT = 8 << 20
CHECKS = []
START = time.monotonic()


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


def reap():
    """Ends whatever a program under test left running."""
    while True:
        pids = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", "rb") as f:
                        if int(f.read().rsplit(b")", 1)[1].split()[1]) == os.getpid():
                            pids.append(int(entry))
                except (OSError, ValueError, IndexError):
                    pass
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        for pid in pids:
            try:
                os.waitpid(pid, 0)
            except OSError:
                pass


def subreaper():
    import ctypes
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def spawn(argv, descriptors, cwd, env):
    """Starts a program in a session of its own. The module subprocess is not used: its import takes as long as many a program."""
    here = os.getcwd()
    os.chdir(cwd)
    try:
        return os.posix_spawnp(
            argv[0], argv, env, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(descriptors)],
            setsid=True, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    finally:
        os.chdir(here)


def spare():
    """A file without a name, for what a program reads or writes."""
    return os.fdopen(os.memfd_create("spare"), "w+b")


def run(argv, cwd="/", stdin=b"", timeout=5.0):
    """Runs a program of the agent: clean environment, bounded time and output. Returns (code, stdout, stderr)."""
    left = 12.0 - (time.monotonic() - START)
    need(left > 0, "the time for running programs is used up")
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 << 20, 32 << 20))  # these are inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    with spare() as i, spare() as o, spare() as e:
        i.write(stdin)
        i.seek(0)
        child = spawn(argv, [i.fileno(), o.fileno(), e.fileno()], cwd, env)
        code = None
        try:
            watch = os.pidfd_open(child)
            ended = select.select([watch], [], [], min(timeout, left))[0]
            os.close(watch)
            need(ended, f"{argv[0]} did not end in time")
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        finally:
            try:
                os.killpg(child, signal.SIGKILL)
            except OSError:
                pass
            reap()
        out = []
        for f in (o, e):
            f.seek(0)
            out.append(f.read(LIMIT))
    return code, out[0], out[1]


def scratch():
    # In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
    path = "/tmp/check.%s" % os.urandom(8).hex()
    os.mkdir(path, 0o700)
    return path


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


subreaper()
GEN = load("/tests/gen.py")


def even(x, digits):
    """Rounded half to even, as an integer of 10**-digits."""
    return round(x * 10 ** digits)


def away(x, digits):
    y = abs(x) * 10 ** digits
    n = int(y + Fraction(1, 2))
    return -n if x < 0 else n


def show(n, digits=2):
    return f"{'-' if n < 0 else ''}{abs(n) // 10 ** digits}.{abs(n) % 10 ** digits:0{digits}}"


def truth(data):
    vat = {c: Fraction(p) for c, p in data["customers.csv"]}
    lines, errors, sums = [], [], {}
    for oid, who, sku, qty, at in data["orders.csv"]:
        day = (datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ") + datetime.timedelta(hours=3)).date().isoformat()
        if who not in vat:
            errors.append([oid, "no customer"])
            continue
        valid = [(p[3], i, p) for i, p in enumerate(data["prices.csv"]) if p[0] == sku and p[3] <= day and (not p[4] or day < p[4])]
        if not valid:
            errors.append([oid, "no price"])
            continue
        price = max(valid)[2]
        euro = Fraction(price[2])
        if price[1] != "EUR":
            rates = [r for r in data["rates.csv"] if r[1] == price[1] and r[0] <= day]
            if not rates:
                errors.append([oid, "no rate"])
                continue
            rate = max(rates)
            euro = euro * Fraction(rate[3]) / Fraction(rate[2])
        euro = even(euro, 4)
        tiers = [(Fraction(m), p) for m, p in data["tiers.csv"] if Fraction(m) <= abs(Fraction(qty))]
        discount = max(tiers)[1] if tiers else "0"
        net = away(Fraction(qty) * Fraction(euro, 10000) * (100 - Fraction(discount)) / 100, 2)
        lines.append([oid, who, day, show(euro, 4), discount, show(net)])
        n, total = sums.get((who, day[:7]), (0, 0))
        sums[who, day[:7]] = (n + 1, total + net)
    invoices = []
    for (who, month), (n, net) in sorted(sums.items()):
        tax = away(Fraction(net, 100) * vat[who] / 100, 2)
        invoices.append([who, month, str(n), show(net), show(tax), show(net + tax)])
    return {"lines.csv": GEN["table"]("order_id,customer,day,eur_price,discount,net", lines),
            "invoices.csv": GEN["table"]("customer,month,orders,net,vat,gross", invoices), "errors.csv": GEN["table"]("order_id,reason", errors)}


def trial(data, again=None):
    need(os.path.isfile("/app/bill") and os.access("/app/bill", os.X_OK), "/app/bill is not executable")
    base = scratch()
    try:
        source, out = os.path.join(base, "in put"), os.path.join(base, "new", "out")
        for d in [again, data] if again else [data]:
            shutil.rmtree(source, ignore_errors=True)
            GEN["write"](source, d)
            code, _, err = run(["/app/bill", source, out], base)
            same(code, 0, f"exit status ({err[-300:]!r})")
        pristine(GEN["files"](data), source)
        want = truth(data)
        for name in want:
            same(read(os.path.join(out, name)).decode("utf-8").split("\n"), want[name].decode().split("\n"), name)
        same(sorted(os.listdir(out)), sorted(want), "OUTDIR")
    finally:
        shutil.rmtree(base, ignore_errors=True)


@check
def shipped_month():
    trial(GEN["build"](1))
    pristine({"data/" + n: d for n, d in GEN["files"](GEN["build"](1)).items()}, "/app")


@check
def other_months():
    trial(GEN["build"](20, 2023, 12, 700))
    trial(GEN["build"](21, 2024, 2, 500))


@check
def boundaries_and_rounding():
    data = {
        "customers.csv": [["c", "50"], ["none", "19"], ["zero", "1"]], "tiers.csv": [["2", "10"]],
        "rates.csv": [["2024-03-04", "USD", "1", "0.5"], ["2024-03-01", "USD", "1", "0.25"], ["2024-03-05", "JPY", "100", "0.5"]],
        "prices.csv": [["a", "USD", "0.0005", "2024-03-01", ""], ["b", "USD", "0.0015", "2024-03-01", ""], ["t", "EUR", "0.01", "2024-01-01", "2024-03-10"], ["j", "JPY", "1", "2024-01-01", ""],
                       ["t", "EUR", "9", "2024-03-10", "2024-03-11"], ["big", "EUR", "123456789.1234", "2024-01-01", ""]],
        "orders.csv": [["1", "c", "a", "100", "2024-03-03T20:59:59Z"], ["2", "c", "a", "1000", "2024-03-03T21:00:00Z"], ["3", "c", "b", "1000", "2024-03-04T10:00:00Z"],
                       ["4", "c", "t", "0.5", "2024-03-09T20:59:59Z"], ["5", "c", "t", "-0.5", "2024-03-09T20:59:59Z"], ["6", "c", "t", "1", "2024-03-09T21:00:00Z"],
                       ["7", "c", "t", "1", "2024-03-10T21:00:00Z"], ["8", "c", "j", "1", "2024-03-04T20:59:59Z"], ["9", "x", "j", "1", "2024-03-04T20:59:59Z"], ["10", "c", "j", "1", "2024-03-04T21:00:00Z"],
                       ["11", "zero", "t", "-0.4", "2024-03-08T00:00:00Z"], ["12", "c", "big", "98765432.123", "2024-03-31T21:00:00Z"], ["13", "c", "t", "1.5", "2023-12-31T21:30:00Z"],
                       ["14", "c", "t", "-1", "2024-01-31T20:00:00Z"], ["15", "c", "t", "2", "2024-02-02T20:00:00Z"], ["16", "c", "t", "1.999", "2024-02-02T20:00:00Z"]]}
    trial(data)


@check
def nothing_to_bill():
    data = GEN["build"](5, 2024, 4, 40)
    trial(dict(data, **{"orders.csv": [], "tiers.csv": []}), again=data)


finish()
