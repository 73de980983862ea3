"""The stored plan against a second implementation (a walk over every minute) and runs settled by hand; the program on other folders."""

import ctypes
import datetime
import os
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


NAMES = generator()
# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
BASE = "/tmp/check.%s" % os.urandom(8).hex()
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def instant(word):
    return int((datetime.datetime.strptime(word, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC) - EPOCH).total_seconds()) // 60


def shown(minute):
    return (EPOCH + datetime.timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M")


def offset(word):
    value = int(word[1:3]) * 60 + int(word[4:6])
    return -value if word[0] == "-" else value


def rows(source):
    return [line.split("\t") for line in source.split("\n") if line and line[0] != "#"]


def plan(zones_source, jobs_source, start, end):
    start, end = instant(start), instant(end)
    low, high = start - 4 * 1440, end + 4 * 1440
    local = {}
    for zone in {row[0] for row in rows(zones_source)}:
        changes = sorted((-10**12 if at == "-" else instant(at), offset(value)) for name, at, value in rows(zones_source) if name == zone)
        minutes, gaps = [], []
        for (begin, shift), (until, _) in zip(changes, changes[1:] + [(high, 0)]):
            begin, until = max(begin, low) + shift, min(until, high) + shift
            if minutes and minutes[-1] + 1 < begin < until:
                gaps.append((minutes[-1] + 1, begin, len(minutes)))
            minutes.extend(range(begin, until))
        local[zone] = minutes, gaps
    out = set()
    for job, zone, days, rule, policy in rows(jobs_source):
        clock, gaps = local[zone]
        due = set()
        for day in range(min(clock) // 1440, max(clock) // 1440 + 1):
            date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
            if days == "daily" or str(date.day) in days.split(",") or DAYS[date.weekday()] in days.split(","):
                due.add(day)
        kind, word = rule.split(" ")
        chosen = []
        if kind == "every":
            first, step = {}, int(word)
            for index in range(1501, len(clock)):  # the days at the very beginning are incomplete
                day = clock[index] // 1440
                if day in due and (index - first.setdefault(day, index)) % step == 0:
                    chosen.append(index)
        else:
            time = int(word[:2]) * 60 + int(word[3:])
            hits = {}
            for index in [index for index, value in enumerate(clock) if value % 1440 == time]:
                hits.setdefault(clock[index] // 1440, []).append(index)
            for day in sorted(due):
                if day in hits:
                    chosen += {"last": hits[day][-1:], "both": hits[day]}.get(policy, hits[day][:1])
                elif policy != "skip":
                    chosen += [index for a, b, index in gaps if a <= day * 1440 + time < b]
        for index in chosen:
            if start <= low + index < end:
                shift = clock[index] - low - index
                out.add((low + index, job, "%s%s%02d:%02d" % (shown(clock[index]), "-" if shift < 0 else "+", abs(shift) // 60, abs(shift) % 60)))
    return "".join("%sZ\t%s\t%s\n" % (shown(a), b, c) for a, b, c in sorted(out, key=lambda run: (run[0], run[1].encode())))


OTHER_ZONES = """A/Gap\t2021-01-10T05:00Z\t+01:15
A/Gap\t-\t+00:00
A/Gap\t2021-01-12T00:00Z\t+02:15
A/Gap\t2021-01-12T06:00Z\t-03:45
B/Twice\t-\t+12:00
B/Twice\t2021-01-11T12:10Z\t+11:40
B/Twice\t2021-01-13T11:00Z\t-12:20
B/Twice\t2021-01-14T12:20Z\t-12:00
# a zone without changes
C/Flat\t-\t-00:45
"""
OTHER_JOBS = """# nothing

b job\tA/Gap\tdaily\tat 05:00\tfirst
b job\tA/Gap\tdaily\tat 06:14\tshift
a-skip\tA/Gap\tdaily\tat 05:00\tskip
a-edge\tA/Gap\tdaily\tat 06:15\tskip
a-both\tA/Gap\tTue\tat 02:30\tboth
a-last\tA/Gap\tTue\tat 02:15\tlast
a-every\tA/Gap\tSun,Tue\tevery 77\t-
b-mid\tB/Twice\tdaily\tat 23:50\tboth
b-one\tB/Twice\tdaily\tat 23:50\tskip
b-zero\tB/Twice\tdaily\tat 00:00\tlast
b-noon\tB/Twice\t12,13,14\tat 12:00\tboth
b-every\tB/Twice\tdaily\tevery 1000\t-
B-every\tB/Twice\t11,12,13\tevery 11\t-
c\tC/Flat\t31,9,10\tat 23:15\tboth
"""


def program(zones, jobs, start, end):
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE)
    for name, content in (("zones.tsv", zones), ("jobs.tsv", jobs)):
        with open(BASE + "/" + name, "w") as file:
            file.write(content)
    need(os.access("/app/plan", os.X_OK) and os.path.isfile("/app/plan"), "no program")
    code, out, _ = run(["/app/plan", BASE, start, end], cwd="/", timeout=5, env={"TZ": "Asia/Tokyo"})
    need(code == 0, "exit code %d" % code)
    return out.decode("utf-8")


def compare(found, wanted):
    a, b = found.split("\n"), wanted.split("\n")
    need(found == wanted, "only found %r, only wanted %r" % (sorted(set(a) - set(b))[:2], sorted(set(b) - set(a))[:2]))


@check
def stored():
    compare(text("/app/plan.tsv"), plan(NAMES["ZONES"], NAMES["JOBS"], "2024-10-26T00:00Z", "2024-11-04T00:00Z"))


@check
def by_hand():
    found = text("/app/plan.tsv").splitlines()
    for line in (
        "2024-10-27T00:30Z mail 2024-10-27T02:30+02:00", "2024-10-27T00:00Z mail-log 2024-10-27T02:00+02:00", "2024-10-27T01:00Z mail-log 2024-10-27T02:00+01:00",
        "2024-10-29T22:00Z cedar 2024-10-30T01:00+03:00", "2024-10-29T22:00Z cedar-edge 2024-10-30T01:00+03:00", "2024-10-30T10:00Z samoa 2024-10-31T00:00+14:00",
        "2024-11-03T04:30Z cigars 2024-11-03T00:30-04:00", "2024-11-03T05:30Z cigars 2024-11-03T00:30-05:00", "2024-10-31T21:30Z nile 2024-10-31T23:30+02:00", "2024-10-27T16:00Z web 2024-10-27T17:00+01:00", "2024-10-27T22:00Z web 2024-10-27T23:00+01:00",
    ):
        need(line.replace(" ", "\t") in found, line)
    need(not any(word in line for line in found for word in ("2024-10-29T22:20Z", "cedar-skip\t2024-10-30", "samoa-skip\t2024-10-30")), "a run that must not be")


@check
def other_folders():
    compare(program(OTHER_ZONES, OTHER_JOBS, "2021-01-09T00:00Z", "2021-01-15T00:00Z"), plan(OTHER_ZONES, OTHER_JOBS, "2021-01-09T00:00Z", "2021-01-15T00:00Z"))
    compare(program(NAMES["ZONES"], NAMES["JOBS"], "2024-10-29T22:00Z", "2024-11-03T04:30Z"), plan(NAMES["ZONES"], NAMES["JOBS"], "2024-10-29T22:00Z", "2024-11-03T04:30Z"))
    need(program(OTHER_ZONES, "# none\n", "2021-01-09T00:00Z", "2021-01-15T00:00Z") == "", "no jobs")


@check
def inputs_unchanged():
    need(text("/app/backups/zones.tsv") == NAMES["ZONES"] and text("/app/backups/jobs.tsv") == NAMES["JOBS"] and os.path.isfile("/app/plan"), "an input, or no program")


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
