"""Does the repaired makefile make what has to be made, and nothing else?"""
import os
import resource
import select
import shutil
import signal
import stat
import time

RESULTS = []
# Programs of a hostile agent may hang again and again; after this moment none is waited for.
DEADLINE = time.monotonic() + 14


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


def run(argv, cwd, stdin=b"", timeout=5.0, env=None):
    """Runs a program in a clean environment; gives (exit code or None, stdout, stderr). Its process group dies with it."""
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    environment.update(env or {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (32 << 20, 32 << 20))  # it is inherited
    with spare() as given, spare() as out, spare() as err:
        given.write(stdin)
        given.seek(0)
        child = spawn(argv, [given.fileno(), out.fileno(), err.fileno()], cwd, environment)
        # Not a wait that polls with sleeps of up to 50 ms.
        watch = os.pidfd_open(child)
        ended = select.select([watch], [], [], max(0, min(timeout, DEADLINE - time.monotonic())))[0]
        os.close(watch)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if ended else None
        try:
            os.killpg(child, signal.SIGKILL)
        except OSError:
            pass
        if code is None:
            os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return code, out.read(8 << 20), err.read(1 << 20)


def started(pid):
    with open("/proc/%s/stat" % pid, "rb") as file:
        return int(file.read().rsplit(b")", 1)[1].split()[19])


def finish():
    """Kills what judged programs left running, then writes the reward: 1 only when every check has passed."""
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        try:
            if name.isdigit() and int(name) != os.getpid() and started(name) > started("self"):
                os.kill(int(name), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            pass
    with open("/logs/verifier/.reward", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (bool(RESULTS) and all(RESULTS), sum(RESULTS), len(RESULTS)))
    os.replace("/logs/verifier/.reward", "/logs/verifier/reward.json")


HOME = "/app/sales"
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
SCRATCH = "/tmp/check.%s" % os.urandom(8).hex()
os.mkdir(SCRATCH, 0o700)
PLACE, BUILT = SCRATCH + "/sales", SCRATCH + "/built"
REPORT = (
    "#!/bin/sh\n"
    "# report.sh RATES DATA: prints a region's sales in euros. Data are lines \"item,currency,amount\".\n"
    "exec awk -F, '\n"
    "    FNR == NR { rate[$1] = $2; next }\n"
    "    !($2 in rate) || $3 !~ /^[0-9]+$/ { print \"bad line in \" FILENAME \": \" $0 > \"/dev/stderr\"; exit 1 }\n"
    "    { cents = $3 * rate[$2] / 100; sum += cents; print $1 \": \" int(cents) }\n"
    "    END { print \"sum: \" int(sum) }\n"
    "' \"$1\" \"$2\"\n"
)
SUMMARY = (
    "#!/bin/sh\n"
    "# summary.sh REPORT...: prints the sum of each report.\n"
    "for report in \"$@\"; do\n"
    "    sum=$(sed -n 's/^sum: //p' \"$report\")\n"
    "    [ -n \"$sum\" ] || { echo \"no sum in $report\" >&2; exit 1; }\n"
    "    echo \"$(basename \"$report\" .txt) $sum\"\n"
    "done\n"
)
RATES = {"EUR": 100, "USD": 92, "GBP": 117}
DATA = {"north": "tea,GBP,1200\nrice,EUR,340\n", "south": "corn,USD,990\n", "coast": "fish,EUR,70\nsalt,EUR,15\n", "island-2": "figs,USD,1000\n"}
CLOCK = 1700000000


def put(name, text, mode=0o644):
    """Writes a file as one that is newer than all that was written before."""
    global CLOCK
    CLOCK += 100
    path = PLACE + "/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    os.utime(path, (CLOCK, CLOCK))


def make(*words, cwd=None):
    return run(["/usr/bin/make", *words], cwd or PLACE)[0]


def settle():
    """Gives all that was made the time of now on the judge's own clock, in one order: reports, then the summary."""
    global CLOCK
    CLOCK += 100
    for name in sorted(os.listdir(PLACE + "/out"), key=lambda name: name == "summary.txt"):
        CLOCK += 1
        os.utime(PLACE + "/out/" + name, (CLOCK, CLOCK))
    os.utime(PLACE + "/out", (CLOCK + 50, CLOCK + 50))
    CLOCK += 100


def made(data, rates=None, mark=""):
    """{name: content} of what has to be in out."""
    rates = rates or RATES
    wanted, summary = {}, ""
    for region in sorted(data):
        lines = [line.split(",") for line in data[region].splitlines()]
        cents = [int(amount) * rates[currency] / 100 for _, currency, amount in lines]
        wanted[region + ".txt"] = mark + "".join("%s: %d\n" % (line[0], value) for line, value in zip(lines, cents)) + "sum: %d\n" % int(sum(cents) + 1e-9)
        summary += "%s %d\n" % (region, int(sum(cents) + 1e-9))
    wanted["summary.txt"] = summary
    return wanted


def found():
    return {name: read(PLACE + "/out/" + name).decode() for name in os.listdir(PLACE + "/out")}


def remade():
    """Names of what was made since settle()."""
    return {name for name in os.listdir(PLACE + "/out") if os.stat(PLACE + "/out/" + name).st_mtime > CLOCK}


def fresh(data):
    """A new place with the agent's makefile and the judge's own copies of all else, with everything made."""
    shutil.rmtree(PLACE, ignore_errors=True)
    put("Makefile", read(HOME + "/Makefile", 65536).decode())
    put("tools/report.sh", REPORT, 0o755)
    put("tools/summary.sh", SUMMARY, 0o755)
    put("rates.txt", "".join("%s,%d\n" % item for item in RATES.items()))
    for region, text in data.items():
        put("data/%s.csv" % region, text)


def built():
    """Everything made of DATA, as the agent's makefile made it from nothing the first time."""
    if not os.path.isdir(BUILT):
        fresh(DATA)
        if make("-j8") != 0 or found() != made(DATA):
            return False
        settle()
        shutil.copytree(PLACE, BUILT, symlinks=True)
    shutil.rmtree(PLACE)
    shutil.copytree(BUILT, PLACE, symlinks=True)
    return True


@check
def from_nothing():
    """everything is made from nothing, in parallel, from elsewhere, and only in out"""
    fresh(DATA)
    names = set(os.listdir(PLACE))
    return (make("-s", "-j8", "-C", PLACE, cwd="/") == 0 and found() == made(DATA) and make("-q") == 0 and set(os.listdir(PLACE)) == names | {"out"}
            and set(os.listdir(PLACE + "/data")) == {region + ".csv" for region in DATA} and set(os.listdir(PLACE + "/tools")) == {"report.sh", "summary.sh"})


@check
def changes():
    """a region's data, the rates and the scripts lead to what depends on them, and to nothing else"""
    if not built() or make("-q") != 0:
        return False
    data, everything = dict(DATA, south="corn,USD,500\n"), set(made(DATA))
    put("data/south.csv", data["south"])
    if make() != 0 or found() != made(data) or remade() != {"south.txt", "summary.txt"}:
        return False
    settle()
    rates = dict(RATES, USD=95)
    put("rates.txt", "".join("%s,%d\n" % item for item in rates.items()))
    if make("-j4") != 0 or found() != made(data, rates) or remade() != everything:
        return False
    settle()
    put("tools/report.sh", REPORT.replace("END {", 'BEGIN { print "v2" } END {'), 0o755)
    if make("-j4") != 0 or found() != made(data, rates, "v2\n") or remade() != everything:
        return False
    settle()
    put("tools/summary.sh", SUMMARY + "echo end\n", 0o755)
    wanted = made(data, rates, "v2\n")
    wanted["summary.txt"] += "end\n"
    return make() == 0 and found() == wanted and remade() == {"summary.txt"}


@check
def new_region():
    """a new region is found"""
    if not built():
        return False
    put("data/west.csv", "oil,EUR,12\n")
    return make() == 0 and found() == made(dict(DATA, west="oil,EUR,12\n")) and remade() == {"west.txt", "summary.txt"}


@check
def failure():
    """a step that fails makes make fail and leaves no target, and the next make tries again"""
    if not built():
        return False
    put("data/coast.csv", "fish,EUR,70\nsalt,YEN,15\n")
    if make() in (0, None) or os.path.lexists(PLACE + "/out/coast.txt") or make("-j4") in (0, None):
        return False
    put("data/coast.csv", DATA["coast"])
    if make() != 0 or found() != made(DATA):
        return False
    settle()
    put("tools/summary.sh", "#!/bin/sh\necho half\nexit 3\n", 0o755)
    return make() not in (0, None) and not os.path.lexists(PLACE + "/out/summary.txt")


@check
def removed_region():
    """a removed region leaves the summary and out"""
    if not built():
        return False
    os.unlink(PLACE + "/data/north.csv")
    data = {region: text for region, text in DATA.items() if region != "north"}
    return make("-j4") == 0 and found() == made(data) and remade() == {"summary.txt"} and make("-q") == 0


@check
def clean():
    """make clean always works, and leaves nothing that a build in parallel needs"""
    fresh({"north": DATA["north"]})
    if make() != 0 or found() != made({"north": DATA["north"]}):
        return False
    put("clean", "")
    put("all", "")
    first = make("clean") == 0 and not os.path.lexists(PLACE + "/out") and make("clean") == 0
    for region, text in DATA.items():
        put("data/%s.csv" % region, text)
    return first and make("-j8") == 0 and found() == made(DATA)


@check
def others():
    """the other files of /app/sales are as they were"""
    return (read(HOME + "/tools/report.sh").decode() == REPORT and read(HOME + "/tools/summary.sh").decode() == SUMMARY and read(HOME + "/rates.txt") == b"EUR,100\nUSD,92\nGBP,117\n"
            and {name: read(HOME + "/data/" + name).decode() for name in os.listdir(HOME + "/data")} == {region + ".csv": DATA[region] for region in ("north", "south", "coast")})


finish()
