"""The answers for the dump (by hand and by a second implementation), and the program on dumps that it has never seen."""

import ctypes
import os
import random
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


FILES = generator()["FILES"]
BASE = "/tmp/can-access-check"
# Settled by hand, one by one.
DENIED = {2, 3, 5, 7, 8, 10, 13, 16, 20, 23, 25, 29, 31, 32, 34, 37, 39, 43, 44, 45, 47, 48, 51, 52, 54, 57, 58, 60, 61, 62, 63, 64, 67}


class Machine:
    def __init__(self, files):
        self.users, groups, self.gids = {}, {}, {}
        for line in files["group"].splitlines():
            name, _, gid, members = line.split(":")
            groups[name] = int(gid)
            for member in members.split(","):
                self.gids.setdefault(member, set()).add(int(gid))
        for line in files["passwd"].splitlines():
            name, _, uid, gid = line.split(":")[:4]
            self.users[name] = (int(uid), {int(gid)} | self.gids.get(name, set()))
        uids = {name: uid for name, (uid, _) in self.users.items()}
        self.nodes = {}
        for line in files["inventory.tsv"].splitlines():
            kind, mode, owner, group, path, *target = line.split("\t")
            key = tuple(part for part in path.split("/") if part)
            self.nodes[key] = (kind, int(mode, 8), uids[owner] if owner in uids else int(owner), groups[group] if group in groups else int(group), "".join(target))

    def may(self, who, node, bit):
        uid, gids = who
        kind, mode, owner, group, _ = node
        if uid == 0:
            return kind == "d" or bit != 1 or bool(mode & 0o111)
        return bool((mode >> (6 if uid == owner else 3 if group in gids else 0)) & bit)

    def resolve(self, who, path, follow):
        """(directory key, name, key or None); None when a step fails."""
        todo = path.split("/")[1:]
        if todo[-1] in ("", "."):
            todo += ["."]
        here, links = (), 0
        while todo:
            name = todo.pop(0)
            if self.nodes[here][0] != "d" or not self.may(who, self.nodes[here], 1):
                return None
            if name in ("", "."):
                continue
            if name == "..":
                here = here[:-1]
                continue
            key = here + (name,)
            last = not todo
            if key not in self.nodes:
                return (here, None) if last else None
            if self.nodes[key][0] == "l" and (follow or not last):
                links += 1
                if links > 40:
                    return None
                target = self.nodes[key][4]
                if target.startswith("/"):
                    here = ()
                todo = target.split("/") + todo
                continue
            if last:
                return here, key
            here = key
        return here[:-1], here

    def answer(self, user, action, path):
        who = self.users[user]
        found = self.resolve(who, path, action not in ("create", "delete"))
        if found is None:
            return False
        parent, key = found
        if action == "create":
            return key is None and self.nodes[parent][0] == "d" and self.may(who, self.nodes[parent], 2)
        if key is None:
            return False
        node = self.nodes[key]
        if action == "delete":
            if node[0] == "d" or not self.may(who, self.nodes[parent], 2):
                return False
            folder = self.nodes[parent]
            return not folder[1] & 0o1000 or who[0] in (0, node[2], folder[2])
        if action == "read":
            return self.may(who, node, 4)
        if action == "enter":
            return node[0] == "d" and self.may(who, node, 1)
        return node[0] == "f" and self.may(who, node, 2 if action == "write" else 1)

    def answers(self, queries):
        lines = []
        for line in queries.splitlines():
            number, user, action, path = line.split("\t")
            lines.append(number + "\t" + ("allow" if self.answer(user, action, path) else "deny") + "\n")
        return "".join(lines)


def other_dump(seed):
    rng = random.Random(seed)
    users = ["root", "ann", "bo", "cy", "di", "bo2"]
    passwd = "root:x:0:0::/root:/bin/sh\nann:x:501:50::/:/bin/sh\nbo:x:502:50::/:/bin/sh\ncy:x:503:60::/:/bin/sh\ndi:x:504:70::/:/bin/sh\nbo2:x:502:70::/:/bin/sh\n"
    group = "root:x:0:cy\nwheel:x:50:\npress:x:60:ann,di\nink:x:70:bo\npaper:x:60:\n"
    lines, folders, paths = ["d\t755\troot\troot\t/"], [""], []
    for number in range(40):
        parent = rng.choice(folders)
        name = rng.choice(["a", "b c", "x.txt", "log", "\u00fc"]) + str(number)
        path = parent + "/" + name
        kind = rng.choice("dddffffl")
        mode = rng.choice([0o755, 0o750, 0o705, 0o057, 0o711, 0o644, 0o640, 0o1777, 0o1770, 0o2775, 0o070, 0o444, 0o111, 0o733])
        owner = rng.choice(users[1:] + ["root", "502", "999"])
        team = rng.choice(["root", "wheel", "press", "ink", "paper", "70", "999"])
        fields = [kind, "777" if kind == "l" else "%o" % mode, owner, team, path]
        if kind == "l":
            goal = rng.choice(paths or ["/"])
            fields.append(rng.choice([goal, "../" * parent.count("/") + goal[1:] if goal != "/" else "..", name, "nowhere", "."]))
        if kind == "d":
            folders.append(path)
        paths.append(path)
        lines.append("\t".join(fields))
    rng.shuffle(lines)
    queries = []
    for number in range(150):
        path = rng.choice(paths)
        extra = rng.choice(["", "", "", "", "/..", "/.", "/new", "/../new"])
        if extra in ("", "/new", "/../new"):
            action = rng.choice(["read", "write", "execute", "enter", "create", "delete"])
        else:
            action = rng.choice(["read", "enter"])
        queries.append("q%d\t%s\t%s\t%s%s" % (number, rng.choice(users), action, path, extra))
    return {"passwd": passwd, "group": group, "inventory.tsv": "\n".join(lines) + "\n", "queries.tsv": "\n".join(queries) + "\n"}


def program(folder):
    code, out, _ = run(["/app/can-access", folder], cwd="/", timeout=5)
    need(code == 0, "exit code %d" % code)
    return out.decode("utf-8")


@check
def answers():
    wanted = Machine(FILES).answers(FILES["queries.tsv"])
    denied = {int(line.split("\t")[0]) for line in wanted.splitlines() if line.endswith("deny")}
    need(denied == DENIED, "the reference disagrees with the table: " + str(sorted(denied ^ DENIED)))
    need(text("/app/answers.tsv") == wanted, "answers.tsv")


@check
def program_on_the_dump():
    shutil.rmtree(BASE, ignore_errors=True)
    os.makedirs(BASE + "/same")
    for name, content in FILES.items():
        with open(BASE + "/same/" + name, "w", encoding="utf-8") as file:
            file.write(content)
    found = program(BASE + "/same").splitlines()
    need({int(line.split("\t")[0]) for line in found if line.split("\t")[1] == "deny"} == DENIED and len(found) == 67, "the dump of the task")


@check
def program_on_other_dumps():
    shutil.rmtree(BASE, ignore_errors=True)
    for seed in (3, 14, 15):
        files = other_dump(seed)
        folder = BASE + "/dump %d" % seed
        os.makedirs(folder)
        for name, content in files.items():
            with open(folder + "/" + name, "w", encoding="utf-8") as file:
                file.write(content)
        wanted, found = Machine(files).answers(files["queries.tsv"]), program(folder)
        if found != wanted:
            pairs = [(a, b, q) for a, b, q in zip(wanted.splitlines(), found.splitlines(), files["queries.tsv"].splitlines()) if a != b]
            raise AssertionError("another dump: %d differ, %s" % (len(pairs), pairs[:1]))


@check
def dump_unchanged():
    for name, content in FILES.items():
        need(text("/app/dump/" + name) == content, name)
    need(os.access("/app/can-access", os.X_OK), "no program")


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
