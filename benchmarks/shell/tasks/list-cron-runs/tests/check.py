"""The stored list against a second evaluator, a few runs that were settled by hand, and the program on other crontabs."""

import ctypes
import datetime
import os
import re
import resource
import select
import shutil
import signal
import stat
import time

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def need(condition, why):
    if not condition:
        raise AssertionError(why)


def read(path, limit=1 << 20):
    """The bytes of a plain file: never through a link, never from a pipe, never without bound."""
    need(os.path.realpath(path) == path, path + " is reached through a link")
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        info = os.fstat(fd)
        need(stat.S_ISREG(info.st_mode), path + " is not a plain file")
        need(info.st_size <= limit, path + " is too large")
        data = b""
        while len(data) <= limit:
            part = os.read(fd, 1 << 16)
            if not part:
                return data
            data += part
        raise AssertionError(path + " is too large")
    finally:
        os.close(fd)


def text(path, limit=1 << 20):
    return read(path, limit).decode("utf-8")


BUDGET = [12.0]  # seconds for all runs together; nothing is left after a run that did not end


def children():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/" + name + "/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != b"Z":
                found.append(int(name))
    return found


def spawn(command, descriptors, cwd, env, umask):
    """Starts a program in a session of its own. The module subprocess is not used: its import takes as long as many a program."""
    here, before = os.getcwd(), os.umask(umask)
    os.chdir(cwd)
    try:
        return os.posix_spawnp(
            command[0], command, env, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(descriptors)],
            setsid=True, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    finally:
        os.chdir(here)
        os.umask(before)


def wait(child, seconds):
    """The exit code; None when the program has not ended by then."""
    watch = os.pidfd_open(child)
    try:
        if not select.select([watch], [], [], seconds)[0]:
            return None
    finally:
        os.close(watch)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spare():
    """A file without a name, for what a program reads or writes."""
    return os.fdopen(os.memfd_create("spare"), "w+b")


def run(command, stdin=b"", timeout=3.0, cwd="/app", umask=0o022, env=None, limit=1 << 20):
    """Runs a program of the solution; gives (exit code, stdout, stderr). Nothing that it started lives on."""
    left = min(timeout, BUDGET[0])
    need(left > 0, "the program hung before, or took too long in all")
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become ours, so that they can be ended

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # these are inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with spare() as out, spare() as err, spare() as source:
        source.write(stdin)
        source.seek(0)
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        clean.update(env or {})
        begin = time.monotonic()
        child = spawn(command, [source.fileno(), out.fileno(), err.fileno()], cwd, clean, umask)
        code = None
        try:
            code = wait(child, left)
            BUDGET[0] = 0 if code is None else BUDGET[0] - (time.monotonic() - begin)
        finally:
            for _ in range(50):
                rest = children()
                if not rest:
                    break
                for pid in rest:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                time.sleep(0.002)
            if code is None:
                os.waitpid(child, 0)
        need(code is not None, "the program did not end in time")
        out.seek(0)
        err.seek(0)
        return code, out.read(limit), err.read(limit)


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


CRONTAB = generator()["CRONTAB"]
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
BASE = "/tmp/check.%s" % os.urandom(8).hex()
NAMES = [None, None, None, "jan feb mar apr may jun jul aug sep oct nov dec".split(), "sun mon tue wed thu fri sat".split()]
LIMITS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
SHORT = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}


def field(source, index):
    low, high = LIMITS[index]

    def number(word):
        if NAMES[index] and word.lower() in NAMES[index]:
            return NAMES[index].index(word.lower()) + (1 if index == 3 else 0)
        need(re.fullmatch("[0-9]+", word) and low <= int(word) <= high, "number")
        return int(word)

    values = set()
    for part in source.split(","):
        span, slash, step = part.partition("/")
        need(not slash or re.fullmatch("[0-9]+", step) and int(step) > 0, "step")
        if span == "*":
            first, last = low, high - (index == 4)
        elif "-" in span:
            a, b = span.split("-")
            first, last = number(a), number(b)
            if index == 4 and b.lower() == "sun" and last < first:
                last = 7
            need(first <= last, "range")
        else:
            first = number(span)
            last = high if slash else first
        values |= set(range(first, last + 1, int(step or 1)))
    if index == 4:
        values = {value % 7 for value in values}
    return values


def evaluate(source, start, end):
    jobs, bad = [], []
    for number, line in enumerate(source.split("\n"), 1):
        line = line.strip(" \t")
        if not line or line[0] == "#" or re.match(r"[A-Za-z_]\w*[ \t]*=", line):
            continue
        try:
            if line[0] == "@":
                word, command = (re.split("[ \t]+", line, 1) + [""])[:2]
                need(command and (word in SHORT or word == "@reboot"), "short form")
                if word == "@reboot":
                    continue
                fields = SHORT[word].split()
            else:
                parts = re.split("[ \t]+", line, 5)
                need(len(parts) == 6, "fields")
                fields, command = parts[:5], parts[5]
            sets = [field(word, index) for index, word in enumerate(fields)]
        except (AssertionError, ValueError):
            bad.append(number)
            continue
        command = re.split(r"(?<!\\)%", command, 1)[0].replace("\\%", "%").strip(" \t")
        jobs.append((sets, fields[2][0] != "*" and fields[4][0] != "*", command))
    out = []
    day = start.replace(hour=0, minute=0)
    while day < end:
        for order, ((minutes, hours, days, months, weekdays), either, command) in enumerate(jobs):
            a, b = day.day in days, day.isoweekday() % 7 in weekdays
            if day.month in months and (a or b if either else a and b):
                for hour in hours:
                    for minute in minutes:
                        moment = day.replace(hour=hour, minute=minute)
                        if start <= moment < end:
                            out.append((moment, order, command))
        day += datetime.timedelta(days=1)
    return "".join("%s\t%s\n" % (moment.strftime("%Y-%m-%dT%H:%M"), command) for moment, _, command in sorted(out)), bad


def program(source, start, end):
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE)
    with open(BASE + "/tab", "w", encoding="utf-8") as file:
        file.write(source)
    need(os.access("/app/cron-runs", os.X_OK) and os.path.isfile("/app/cron-runs"), "no program")
    code, out, err = run(["/app/cron-runs", BASE + "/tab", start, end], cwd="/", timeout=6)
    return code, out.decode("utf-8"), err.decode("utf-8")


def same(source, start, end):
    code, out, err = program(source, start, end)
    moments = [datetime.datetime.strptime(word, "%Y-%m-%dT%H:%M") for word in (start, end)]
    wanted, bad = evaluate(source, *moments)
    need(code == (1 if bad else 0), "exit code %d" % code)
    need([line for line in err.split("\n") if line] == ["line %d: bad" % number for number in bad], "standard error %r, not %r" % (err, bad))
    if out != wanted:
        pairs = [pair for pair in zip(out.split("\n"), wanted.split("\n")) if pair[0] != pair[1]]
        raise AssertionError("found and wanted: %r" % pairs[:1])


@check
def stored():
    moments = datetime.datetime(2024, 2, 25), datetime.datetime(2024, 3, 5, 12)
    need(text("/app/runs.tsv") == evaluate(CRONTAB, *moments)[0], "runs.tsv")


@check
def by_hand():
    lines = text("/app/runs.tsv").splitlines()

    def days(command):
        return sorted({line[5:10] for line in lines if line.split("\t")[1] == command})

    need(days("first-or-monday") == ["02-26", "03-01", "03-04"], "either day")
    need(days("odd-and-monday") == [], "both days: a field that begins with a star")
    need(days("sunday-five") == ["02-25", "03-03"] and sum("sunday-five" in line for line in lines) == 6, "sunday")
    need(days("leap-year-check") == ["02-29"] and days("every-day") == ["02-%d" % d for d in range(25, 30)] + ["03-0%d" % d for d in range(1, 6)], "days")
    need('2024-02-26T06:30\treport --date "$(date +%F)"' in lines and days("both restricted") == ["03-05"], "the percent sign")
    need(days("end-of-february") == ["02-25", "02-28", "02-29"] and days("late weekend") == ["02-25"], "february")


@check
def other_crontabs():
    same("0 0 * * 0\tsun\n0 0 * * 7 sun7\n0 12 * * 5-7 weekend\n0 13 * * sat-sun names\n0 14 * * 0-7/3 steps\n0 15 * * 1/2 odd\n0 16 * * */3 star\n0 17 * * sun-tue early\n", "1999-12-25T00:00", "2000-03-05T00:00")
    same("* * * * * a % b\n", "2023-12-31T23:58", "2024-01-01T00:03")
    same("0 0 29 2 * leap\n0 0 30 * * thirty\n1 1 13 * 5 friday\n2 2 1-31/10 */5 * ten\n3 3 *,1 * 1 star list\n4 4 1,* * 1 list star\n@yearly y\n@daily\td  x\n@annually z\n", "2023-01-01T00:00", "2025-01-01T00:00")
    same("", "2024-01-01T00:00", "2024-01-02T00:00")


@check
def bad_lines():
    same(
        "60 * * * * a\n0 24 * * * a\n0 0 0 * * a\n0 0 32 * * a\n0 0 * 13 * a\n0 0 * * 8 a\n5-1 * * * * a\n*/0 * * * * a\n0 0 * foo * a\n0 0 * * monday a\n0 0 * * *\n@daily\n@often x\n"
        "0 0 * * * good\n1,,2 * * * * a\n-1 * * * * a\n1- * * * * a\n0 mon * * * a\n0 0 jan * * a\n1.5 * * * * a\n*/-2 * * * * a\n  @hourly h\n0 5 * jan-mar,DEC sat,Sun,1 fine\\n\\%\\\\ %x\n*5 * * * * a\n0x1 * * * * a\n1/ * * * * a\n"
        "A = b\n0 1 * * * x=y\n",
        "2024-01-01T00:00", "2024-01-09T00:00",
    )


@check
def crontab_unchanged():
    need(text("/app/crontab") == CRONTAB and os.path.isfile("/app/cron-runs"), "the crontab, or no program")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    with open("/logs/verifier/reward.json.new", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
