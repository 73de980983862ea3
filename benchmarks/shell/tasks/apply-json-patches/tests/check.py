import json
import os
import resource
import select
import shutil
import signal
import stat
import time
from decimal import Decimal

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


subreaper()
GEN = load("/tests/gen.py")


class N:
    """A number by its exact value."""
    def __init__(self, text):
        self.value = Decimal(text)

    def __eq__(self, other):
        return isinstance(other, N) and self.value == other.value

    def __repr__(self):
        return str(self.value)


def exact(line):
    return json.loads(line, parse_int=N, parse_float=N)


def key(v):
    """Tells 1 from true, and ignores the order of members."""
    if isinstance(v, dict):
        return ("o", sorted((k, key(x)) for k, x in v.items()))
    if isinstance(v, list):
        return ("a", [key(x) for x in v])
    if isinstance(v, N):
        return ("n", str(v.value.normalize()) if v.value else "0")
    return (type(v).__name__, str(v))


BATCHES, ANSWERS = {}, []


def batch(name, cases):
    """A check of cases (document, patch, wanted document or number of the failing operation), in any order one job each."""
    def judge():
        need(os.path.isfile("/app/jpatch") and os.access("/app/jpatch", os.X_OK), "/app/jpatch is not executable")
        for (doc, patch, want), line in zip(cases, answers()[name]):
            got = exact(line)
            want = {"ok": False, "failed": N(want)} if isinstance(want, int) else {"ok": True, "doc": exact(want)}
            need(key(got) == key(want), f"{doc} {patch}: {line[:200]}")

    judge.__name__ = name
    BATCHES[name] = cases
    check(judge)


def answers():
    """What the program says to the jobs of all batches, which it gets in one go: name -> lines."""
    if not ANSWERS:
        jobs = [(name, case) for name, cases in BATCHES.items() for case in cases]
        code, out, err = run(["/app/jpatch"], stdin="".join('{"patch": %s, "doc": %s}\n' % (case[1], case[0]) for _, case in jobs).encode())
        same(code, 0, f"exit status ({err[-300:]!r})")
        lines = out.decode("utf-8").splitlines()
        same(len(lines), len(jobs), "number of lines")
        said = {name: [] for name in BATCHES}
        for (name, _), line in zip(jobs, lines):
            said[name].append(line)
        ANSWERS.append(said)
    return ANSWERS[0]


@check
def example_is_untouched():
    pristine({"jobs.jsonl": "".join(json.dumps(j) + "\n" for j in GEN["JOBS"]).encode()}, "/app")


RESULTS = ['{"foo": "bar", "baz": "qux"}', '{"gates": ["east", "south"]}', 0, 1]
batch("jobs_of_the_example", [(json.dumps(j["doc"]), json.dumps(j["patch"]), r) for j, r in zip(GEN["JOBS"], RESULTS)])
batch("examples_of_the_rfc", [
    ('{"foo": ["bar", "baz"]}', '[{"op": "add", "path": "/foo/1", "value": "qux"}]', '{"foo": ["bar", "qux", "baz"]}'),
    ('{"baz": "qux", "foo": "bar"}', '[{"op": "remove", "path": "/baz"}]', '{"foo": "bar"}'),
    ('{"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}}', '[{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}]', '{"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}}'),
    ('{"foo": ["all", "grass", "cows", "eat"]}', '[{"op": "move", "from": "/foo/1", "path": "/foo/3"}]', '{"foo": ["all", "cows", "eat", "grass"]}'),
    ('{"baz": "qux", "foo": ["a", 2, "c"]}', '[{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}]', '{"baz": "qux", "foo": ["a", 2, "c"]}'),
    ('{"foo": "bar"}', '[{"op": "add", "path": "/child", "value": {"grandchild": {}}}]', '{"foo": "bar", "child": {"grandchild": {}}}'),
    ('{"foo": "bar"}', '[{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}]', '{"foo": "bar", "baz": "qux"}'),
    ('{"foo": "bar"}', '[{"op": "add", "path": "/baz/bat", "value": "qux"}]', 0),
    ('{"/": 9, "~1": 10}', '[{"op": "test", "path": "/~01", "value": 10}]', '{"/": 9, "~1": 10}'),
    ('{"/": 9, "~1": 10}', '[{"op": "test", "path": "/~01", "value": "10"}]', 0),
    ('{"foo": ["bar"]}', '[{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}]', '{"foo": ["bar", ["abc", "def"]]}'),
])
batch("pointers_and_indices", [
    ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/2", "value": 2}]', '{"a": [0, 1, 2]}'), ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/3", "value": 2}]', 0),
    ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/01", "value": 2}]', 0), ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/-1", "value": 2}]', 0),
    ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/+1", "value": 2}]', 0), ('{"a": [0, 1]}', '[{"op": "add", "path": "/a/1e0", "value": 2}]', 0),
    ('{"a": [0, 1]}', '[{"op": "test", "path": "/a/\u0661", "value": 1}]', 0), ('{"a": [0, 1]}', '[{"op": "test", "path": "/a/ 1", "value": 1}]', 0), ('{"a": [0, 1]}', '[{"op": "test", "path": "/a/1_", "value": 1}]', 0),
    ('{"a": [0, 1]}', '[{"op": "remove", "path": "/a/-"}]', 0), ('{"a": [0, 1]}', '[{"op": "replace", "path": "/a/2", "value": 1}]', 0), ('{"a": [0, 1]}', '[{"op": "test", "path": "/a/", "value": 0}]', 0),
    ('{"": {"": 1}}', '[{"op": "replace", "path": "//", "value": 2}]', '{"": {"": 2}}'), ('{"": 1, "-": 2, "01": 3}', '[{"op": "remove", "path": "/-"}, {"op": "remove", "path": "/01"}]', '{"": 1}'),
    ('{"a": 1}', '[{"op": "test", "path": "a", "value": 1}]', 0), ('{"a~b": 1}', '[{"op": "test", "path": "/a~b", "value": 1}]', 0), ('{"a~": 1}', '[{"op": "remove", "path": "/a~"}]', 0),
    ('{"a": "text"}', '[{"op": "test", "path": "/a/0", "value": "t"}]', 0), ('{"a": "text"}', '[{"op": "add", "path": "/a/0", "value": "t"}]', 0), ('{"a": null}', '[{"op": "add", "path": "/a/b", "value": 1}]', 0),
    ('{"~0": 1, "a/b": [7]}', '[{"op": "move", "from": "/~00", "path": "/a~1b/0"}]', '{"a/b": [1, 7]}'), ('[[1], 2]', '[{"op": "move", "from": "/1", "path": "/0/-"}]', '[[1, 2]]'),
])
batch("whole_document", [
    ('{"a": 1}', '[{"op": "replace", "path": "", "value": [1]}, {"op": "add", "path": "/-", "value": 2}]', '[1, 2]'), ('{"a": {"b": [3]}}', '[{"op": "move", "from": "/a/b", "path": ""}]', '[3]'),
    ('{"a": {"b": 3}}', '[{"op": "copy", "from": "/a", "path": ""}]', '{"b": 3}'), ('{"a": 1}', '[{"op": "remove", "path": ""}]', 0), ('7', '[{"op": "test", "path": "", "value": 7.0}, {"op": "add", "path": "", "value": null}]', 'null'),
    ('{"a": 1}', '[{"op": "copy", "from": "", "path": "/a"}, {"op": "add", "path": "/a/a", "value": 2}]', '{"a": {"a": 2}}'), ('[1]', '[]', '[1]'),
])
batch("moves_and_copies", [
    ('{"a": {"b": 1}}', '[{"op": "move", "from": "/a", "path": "/a/b"}]', 0), ('{"a": {"b": 1}}', '[{"op": "move", "from": "/a", "path": "/a"}]', '{"a": {"b": 1}}'), ('{"a": 1, "ab": {}}', '[{"op": "move", "from": "/a", "path": "/ab/c"}]', '{"ab": {"c": 1}}'),
    ('{"a": [1]}', '[{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/b/0", "value": 0}, {"op": "copy", "from": "/a", "path": "/a/-"}]', '{"a": [1, [1]], "b": [0, 1]}'),
    ('{"a": 1}', '[{"op": "copy", "from": "/x", "path": "/y"}]', 0), ('{"a": 1, "b": 2}', '[{"op": "move", "from": "/a", "path": "/b"}]', '{"b": 1}'), ('{"a": [1, 2]}', '[{"op": "move", "from": "/a/0", "path": "/a/2"}]', 0),
    ('{"v": {"x": 1}}', '[{"op": "add", "path": "/l", "value": []}, {"op": "copy", "from": "/v", "path": "/l/-"}, {"op": "replace", "path": "/l/0/x", "value": 5}]', '{"v": {"x": 1}, "l": [{"x": 5}]}'),
])
batch("comparisons_and_numbers", [
    ('{"a": 1}', '[{"op": "test", "path": "/a", "value": true}]', 0), ('{"a": false}', '[{"op": "test", "path": "/a", "value": 0}]', 0), ('{"a": [1, {"b": 0}]}', '[{"op": "test", "path": "/a", "value": [1, {"b": false}]}]', 0),
    ('{"a": 1.0}', '[{"op": "test", "path": "/a", "value": 1e0}]', '{"a": 1}'), ('{"a": null}', '[{"op": "test", "path": "/a", "value": null}]', '{"a": null}'), ('{"a": {"x": 1, "y": 2}}', '[{"op": "test", "path": "/a", "value": {"y": 2, "x": 1}}]', '{"a": {"x": 1, "y": 2}}'),
    ('{"a": [1, 2]}', '[{"op": "test", "path": "/a", "value": [2, 1]}]', 0), ('{"a": 9007199254740993}', '[{"op": "test", "path": "/a", "value": 9007199254740992}]', 0), ('{"a": 12345678901234567890, "b": 0.1234567890123456789}', '[]', '{"a": 12345678901234567890, "b": 0.1234567890123456789}'),
    ('{"a": 0.1234567890123456789}', '[{"op": "test", "path": "/a", "value": 0.12345678901234567890}, {"op": "test", "path": "/a", "value": 0.1234567890123456788}]', 1), ('{"a": "\\u00e9\\ud83d\\ude00"}', '[{"op": "test", "path": "/a", "value": "\u00e9\U0001f600"}]', '{"a": "\u00e9\U0001f600"}'),
    ('{}', '[{"op": "test", "path": "/a", "value": null}]', 0),
])
batch("bad_operations", [
    ('{"a": 1}', '[{"op": "add", "path": "/b"}]', 0), ('{"a": 1}', '[{"op": "add", "path": "/b", "value": null}]', '{"a": 1, "b": null}'), ('{"a": 1}', '[{"op": "test", "path": "/a"}]', 0), ('{"a": null}', '[{"op": "test", "path": "/a"}]', 0), ('{"a": 1}', '[{"op": "replace", "path": "/a"}]', 0),
    ('{"a": 1}', '[{"op": "move", "path": "/b"}]', 0), ('{"a": 1}', '[{"op": "remove"}]', 0), ('{"a": 1}', '[{"path": "/a", "value": 1}]', 0), ('{"a": 1}', '[{"op": "Add", "path": "/b", "value": 1}]', 0),
    ('{"a": 1}', '[{"op": "remove", "path": "/a", "from": 5, "value": {}}, {"op": "spam", "path": "/a"}]', 1), ('{"a": 1}', '[{"op": "test", "path": "/a", "value": 2}, {"op": "spam"}]', 0), ('{"a": 1}', '[{"op": "remove", "path": 5}]', 0), ('{"a": 1}', '[{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"}]', 1),
    ('{"a": 1}', '[{"op": "add", "path": "/b", "value": 1}, "remove"]', 1), ('{"a": [1]}', '[{"op": "copy", "from": "/a/0", "path": "/a/x"}]', 0), ('{"a": 1}', '[{"op": "copy", "from": null, "path": "/b"}]', 0),
])


finish()
