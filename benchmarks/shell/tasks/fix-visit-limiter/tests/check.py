"""Replays small cases settled by hand, and long traces against a second implementation, exactly and in time."""

import ctypes
import os
import random
import resource
import select
import shutil
import signal
import stat
import time
from collections import deque

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


# In /tmp, where programs make files of their own: whoever renames or links one into a folder of these stays within one file system.
BASE = "/tmp/check.%s" % os.urandom(8).hex()


def reference(rules, trace):
    table, state, now, out = {}, {}, None, []
    for line in rules.split("\n"):
        words = line.split("#")[0].split()
        if words:
            table[words[0]] = [words[1]] + [int(word) for word in words[2:]]
    for line in trace.splitlines():
        shown, group, client, cost = line.split()
        now = int(shown) if now is None else max(now, int(shown))
        cost = int(cost)
        rule = table.get(group, table.get("*"))
        if rule is None:
            answer = "allow"
        elif rule[0] == "deny":
            answer = "deny never"
        elif cost > rule[1]:
            answer = "deny never"
        elif rule[0] == "bucket":
            _, capacity, refill, period = rule
            # Of parts of a token, `period` make a whole one: they flow in by whole numbers.
            parts, last = state.get((group, client), (capacity * period, now))
            parts = min(capacity * period, parts + (now - last) * refill)
            if parts >= cost * period:
                answer, parts = "allow", parts - cost * period
            else:
                answer = "deny %d" % ((cost * period - parts + refill - 1) // refill)
            state[group, client] = (parts, now)
        else:
            _, limit, period = rule
            visits, used = state.get((group, client), (deque(), 0))
            while visits and visits[0][0] <= now - period:
                used -= visits.popleft()[1]
            if used + cost <= limit:
                answer = "allow"
                visits.append((now, cost))
                used += cost
            else:
                rest = used
                for at, c in visits:
                    rest -= c
                    if rest + cost <= limit:
                        answer = "deny %d" % (at + period - now)
                        break
            state[group, client] = (visits, used)
        out.append("%s %s %s %s" % (shown, group, client, answer))
    return "".join(line + "\n" for line in out)


def replay(rules, trace, timeout=3.0):
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE)
    read("/app/limiter/main.py")
    with open(BASE + "/the rules", "w") as file:
        file.write(rules)
    code, out, _ = run(["/usr/bin/python3", "-B", "/app/limiter/main.py", BASE + "/the rules"], stdin=trace.encode(), cwd="/", timeout=timeout, limit=1 << 23)
    need(code == 0, "exit code %d" % code)
    return out.decode()


def same(rules, trace, **more):
    found, wanted = replay(rules, trace, **more), reference(rules, trace)
    if found != wanted:
        pairs = [pair for pair in zip(found.split("\n"), wanted.split("\n")) if pair[0] != pair[1]]
        raise AssertionError("found and wanted: %r" % pairs[:1])


@check
def by_hand():
    # (class, rule, [(time, client, cost, answer)])
    cases = [
        ("b", "bucket 3 1 10", [(100, "x", 3, "allow"), (100, "x", 1, "deny 10"), (109, "x", 1, "deny 1"), (110, "x", 1, "allow"), (500, "x", 3, "allow"), (505, "x", 4, "deny never"), (505, "x", 0, "allow")]),
        ("c", "bucket 1 3 10", [(600, "x", 1, "allow"), (601, "x", 1, "deny 3"), (603, "x", 1, "deny 1"), (604, "x", 1, "allow"), (604, "x", 1, "deny 4")]),
        ("w", "window 5 100", [(1000, "x", 3, "allow"), (1010, "x", 2, "allow"), (1099, "x", 1, "deny 1"), (1100, "x", 3, "allow"), (1100, "x", 1, "deny 10"), (1109, "x", 3, "deny 91"), (1110, "x", 2, "allow"), (1110, "x", 0, "allow"), (1110, "x", 6, "deny never")]),
        ("d", "deny", [(1200, "x", 0, "deny never")]),
        ("b", "bucket 3 1 10", [(1300, "y", 3, "allow"), (1290, "y", 1, "deny 10"), (1305, "x", 1, "allow")]),
        ("late", "window 1 50", [(1400, "x", 1, "allow"), (1380, "y", 1, "allow"), (1440, "y", 1, "deny 10"), (1450, "y", 1, "allow")]),
        ("free", None, [(1500, "x", 99, "allow")]),
    ]
    rules = "b window 1 1\n" + "".join("%s %s# c\n" % (name, rule) for name, rule, _ in cases if rule)
    trace = "".join("%d %s %s %d\n" % (time, name, client, cost) for name, _, visits in cases for time, client, cost, _ in visits)
    wanted = "".join("%d %s %s %s\n" % (time, name, client, answer) for name, _, visits in cases for time, client, _, answer in visits)
    need(reference(rules, trace) == wanted, "the reference disagrees")
    found = replay(rules, trace)
    need(found == wanted, "found and wanted: %r" % [pair for pair in zip(found.split("\n"), wanted.split("\n")) if pair[0] != pair[1]][:1])


@check
def random_traces():
    rng = random.Random(77)
    rules = "* window 7 90\na bucket 1 1 1\na bucket 10 7 333   # sevenths\n\n   # nothing\nb window 4 50\nc deny\n\te  bucket 5 1000 3\nf bucket 1 1 1000000007\n"
    time, lines = 10**12, []
    drawn = [rng.choices(each, k=4000) for each in ([0, 0, 1, 1, 2, 5, 17, 50, 90], [0, 0, 0, 0, 3, 200], "aaabbbcdef*", "xy", [0, 1, 1, 1, 2, 3, 5, 8, 11])]
    for step, late, group, client, cost in zip(*drawn):
        time += step
        lines.append("%d %s %s %d" % (time - late, group, client, cost))
    same(rules, "\n".join(lines) + "\n")


@check
def negative_times_and_no_star():
    same("a bucket 2 1 10\nb window 2 10\n", "-100 a x 2\n-95 a x 1\n-90 a x 1\n-90 b x 2\n-81 b x 1\n-80 b x 1\n-200 b x 1\n0 z x 5\n-5 a x 2\n")
    same("", "")


@check
def long_traces():
    lines = ["%d w one 1" % (time // 2) for time in range(22000)] + ["%d b client%d 1" % (11000 + time, time % 2000) for time in range(5000)]
    same("w window 14000 9000\nb bucket 2 1 6000\n", "\n".join(lines) + "\n", timeout=2.0)


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
