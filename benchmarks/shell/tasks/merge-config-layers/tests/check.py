import os
import resource
import select
import shutil
import signal
import stat
import time

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


def layers(verb, docs, out, names=None, code=0):
    """docs: JSON texts (None: the file is missing). out: the expected standard output, None for an error."""
    base = scratch()
    try:
        names = names or [f"{i} layer.json" if i else "base.json" for i in range(len(docs))]
        for name, d in zip(names, docs):
            if d is not None:
                with open(os.path.join(base, name), "wb") as f:
                    f.write(d if isinstance(d, bytes) else d.encode())
        need(os.path.isfile("/app/layers") and os.access("/app/layers", os.X_OK), "/app/layers is not executable")
        got, stdout, err = run(["/app/layers", verb] + names, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    if out is None:
        need(got == 1 and stdout == b"" and err.strip(), f"{docs!r} is an error: status {got}, {stdout[:100]!r}")
        return
    same(got, code, f"status ({err[-300:]!r})")
    same(stdout.decode("utf-8").split("\n"), out.split("\n"), f"{verb} {docs!r:.200}")


@check
def example_layers():
    names = list(GEN["CONF"])
    docs = list(GEN["CONF"].values())
    layers("merge", docs, '{\n  "service": "edge",\n  "listen": {\n    "host": "0.0.0.0",\n    "port": 8443,\n    "tls": {\n      "cert": "/etc/tls/7.pem"\n    }\n  },\n  "timeouts": 5,\n  "plugins": [\n    "auth",\n    "gzip",\n    "geo"\n  ],\n'
           '  "limits": {\n    "body": 1048576\n  },\n  "banner": "Gr\u00fc\u00dfe"\n}\n', names)
    layers("origin", docs, "/service\tdefaults.json\n/listen/host\tdefaults.json\n/listen/port\thost-7.json\n/listen/tls/cert\thost-7.json\n/timeouts\thost-7.json\n/plugins\tregion-eu.json\n"
           "/limits/body\tdefaults.json\n/banner\tregion-eu.json\n", names)
    pristine({"conf/" + n: d.encode() for n, d in GEN["CONF"].items()}, "/app")


@check
def nulls_and_replacement():
    layers("merge", ['{"keep": null, "a": {"x": 1, "n": null}, "b": [null, {"y": null}], "c": "s", "gone": {"z": 1}, "f": false}',
                     '{"a": {"x": null, "miss": null}, "c": {"deep": {"n": null, "m": {}}, "l": [null]}, "b": [null], "gone": null, "f": 0}'],
           '{\n  "keep": null,\n  "a": {\n    "n": null\n  },\n  "b": [\n    null\n  ],\n  "c": {\n    "deep": {\n      "m": {}\n    },\n    "l": [\n      null\n    ]\n  },\n  "f": 0\n}\n')
    layers("merge", ['{"a": {"x": 1}, "k": 1}', '{"a": null}', '{"a": {"y": null, "z": 2}}'], '{\n  "k": 1,\n  "a": {\n    "z": 2\n  }\n}\n')
    layers("merge", ['{"a": [1]}'], '{\n  "a": [\n    1\n  ]\n}\n')
    layers("merge", ['{"a": 1}', '{"a": null}'], '{}\n')


@check
def numbers_and_text_are_kept():
    layers("merge", ['{"z": 1.0, "big": 12345678901234567890, "e": 1E3, "pi": 3.141592653589793238462643, "t": "\\u00e9\\n\\"\\\\/\u20ac", "\\ud83d\\ude00": true}', '{"b": 1e400, "e": 10.50, "neg": -0.0}'],
           '{\n  "z": 1.0,\n  "big": 12345678901234567890,\n  "e": 10.50,\n  "pi": 3.141592653589793238462643,\n  "t": "\u00e9\\n\\"\\\\/\u20ac",\n  "\U0001f600": true,\n  "b": 1e400,\n  "neg": -0.0\n}\n')


@check
def appending():
    layers("merge", ['{"l": [1, "1", true, {"a": 1, "b": 2}, [0]], "p+": 5}', '{"l+": [1.0, 2, 2, 2.0, false, 0, {"b": 2.0, "a": 1}, [false], null], "new+": ["x", "x"], "o": {"q+": [{"n": null}]}}'],
           '{\n  "l": [\n    1,\n    "1",\n    true,\n    {\n      "a": 1,\n      "b": 2\n    },\n    [\n      0\n    ],\n    2,\n    false,\n    0,\n    [\n      false\n    ],\n    null\n  ],\n  "p+": 5,\n  "new": [\n    "x"\n  ],\n'
           '  "o": {\n    "q": [\n      {\n        "n": null\n      }\n    ]\n  }\n}\n')
    layers("merge", ['{"l": [1, 1]}', '{"l+": [12345678901234567890]}', '{"l+": [12345678901234567891, 12345678901234567890, 1]}'],
           '{\n  "l": [\n    1,\n    1,\n    12345678901234567890,\n    12345678901234567891\n  ]\n}\n')


@check
def origins():
    layers("origin", ['{"a": {"x": 1, "y": {}}, "l": [1], "m": [1], "e": {"k": 1}, "a/b": {"~c": 0, "": 1}, "n": null, "u": {}}',
                      '{"a": {"x": 1}, "l+": [1], "m+": [2, {"z": 1}], "e": {"k": null}, "a/b": {"": 2}}', '{"a": {"x": {"new": 1}}, "u": {}, "q": {"gone": null}}'],
           "/a/x/new\t2 layer.json\n/a/y\tbase.json\n/l\tbase.json\n/m\t1 layer.json\n/e\t1 layer.json\n/a~1b/~0c\tbase.json\n/a~1b/\t1 layer.json\n/n\tbase.json\n/u\t2 layer.json\n/q\t2 layer.json\n")


@check
def errors_are_told():
    for docs in (['{"l": 1}', '{"l+": [1]}'], ['{"l": []}', '{"l+": 1}'], ['{"l": []}', '{"l": [1], "l+": [2]}'], ['{"l": {"n": null}}', '{"l": {"n+": [1]}}'], ['[1]'], ['{}', '{"a": 1'], ['{}', None]):
        layers("merge", docs, None)


finish()
