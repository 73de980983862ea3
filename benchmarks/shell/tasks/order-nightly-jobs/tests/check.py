"""The plan against a table that was made by hand, and the rules of the night on the result."""

import os
import stat

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


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


TREE = generator()["TREE"]
# name: (length, after, requires), read by hand from the files
JOBS = {
    "stock-sync": (12, "", ""), "prices": (5, "stock-sync", ""), "labels": (20, "prices stock-sync scales", ""), "scales": (30, "", ""), "report": (7, "prices", "mail"), "mail": (1, "", "report"),
    "ledger": (15, "stock-sync", ""), "year-end": (3, "ledger", ""), "behind-loop": (4, "ledger", ""), "before-loop": (8, "", ""), "healed": (10, "prices", ""), "alias": (6, "ledger", ""),
    "Zebra": (1, "", ""), "zero": (0, "stock-sync", ""), "after-zero": (11, "zero", ""), "broken-require": (2, "", "zero"),
}
JOBS.update({"copy-%d" % n: (n, "copy-%d" % (n - 1) if n > 1 else "prices", "") for n in range(1, 13)})
BLOCKED = {"tax": "requires", "tax-mail": "requires", "hunter": "requires", "loop-a": "cycle", "loop-b": "cycle", "loop-c": "cycle", "selfish": "cycle", "needs-loop": "requires", "loop-d": "cycle", "loop-e": "cycle"}


def start(name):
    return max((start(other) + JOBS[other][0] for other in JOBS[name][1].split()), default=0)


def found():
    return [line.split("\t") for line in text("/app/plan.tsv").splitlines()]


@check
def plan():
    lines = sorted((start(name), name.encode(), start(name) + JOBS[name][0]) for name in JOBS)
    need(text("/app/plan.tsv") == "".join("%d\t%d\t%s\n" % (a, b, name.decode()) for a, name, b in lines), "plan.tsv")


@check
def which_jobs():
    names = [row[2] for row in found()]
    need(sorted(names) == sorted(JOBS), "jobs: %s" % sorted(set(names) ^ set(JOBS)))


@check
def rules():
    times = {name: (int(a), int(b)) for a, b, name in found()}
    for name, (length, after, requires) in JOBS.items():
        need(times[name][1] - times[name][0] == length, "the length of " + name)
        need(all(times[other][1] <= times[name][0] for other in after.split()), name + " starts too early")
        need(all(other in times for other in requires.split()), name + " misses a job")


@check
def blocked():
    need(text("/app/blocked.tsv") == "".join("%s\t%s\n" % item for item in sorted(BLOCKED.items(), key=lambda item: item[0].encode())), "blocked.tsv")


@check
def jobs_unchanged():
    count = 0
    for base, directories, names in os.walk("/app/jobs"):
        for name in names:
            count += 1
            full = os.path.join(base, name)
            content = TREE.get(full[len("/app/jobs/"):])
            need(content is not None, "a new file")
            if content.startswith("->"):
                need(os.readlink(full) == content[2:], full)
            else:
                need(read(full) == content.encode(), full)
    need(count == len(TREE) and os.path.isfile("/app/plan.tsv"), "files")


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
