#!/usr/bin/env python3
"""Belay's gateway judged from outside: real agents and official clients in real sandboxes, the scripted stub
as the provider, a planted key that must not be found, and a process that is killed in the middle of a call.

usage: gateway.py BELAY PACKAGES PART…    parts: agents clients broke killed
BELAY is the program, PACKAGES the folder with what was installed (claude-code, codex, mini-swe-agent, clients).
Needs root or the rights to read other processes, to look into every process of a trial.
"""
import glob, json, os, re, secrets, shutil, signal, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
KEY = "sk-planted-" + secrets.token_hex(12)
failed = []


def say(good, text, why=""):
    print(f"counterpart: {'ok  ' if good else 'FAIL'} {text}{'' if good else ': ' + str(why)[:1500]}", flush=True)
    if not good: failed.append(text)


class Watch(threading.Thread):
    """Looks for the key in every process below one, while it runs."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.found, self.seen, self.over = root, set(), set(), False

    def run(self):
        while not self.over:
            for pid in self.below():
                name = self.read(f"/proc/{pid}/comm").decode("latin1").strip()
                for part in ["environ", "cmdline", "maps"]:
                    text = self.read(f"/proc/{pid}/{part}")
                    if text: self.seen.add(name)
                    if KEY.encode() in text: self.found.add(f"{part} of {name}")
                if self.holds(pid): self.found.add(f"memory of {name}")
            time.sleep(0.05)

    def below(self):
        parents = {}
        for path in glob.glob("/proc/[0-9]*/stat"):
            fields = self.read(path).rpartition(b")")[2].split()
            if fields: parents[int(path.split("/")[2])] = int(fields[1])
        found, grew = {self.root}, True
        while grew:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            grew = bool(more)
            found |= more
        return found - {self.root}

    def holds(self, pid):
        """Whether the key stands in what the process may write to, 32 MB of it at most."""
        left = 32 << 20
        try:
            with open(f"/proc/{pid}/mem", "rb", 0) as memory:
                for line in self.read(f"/proc/{pid}/maps").decode("latin1").splitlines():
                    span, rights = line.split()[:2]
                    if not rights.startswith("rw"): continue
                    begin, end = (int(part, 16) for part in span.split("-"))
                    memory.seek(begin)
                    text = memory.read(min(end - begin, left))
                    left -= len(text)
                    if KEY.encode() in text: return True
                    if left <= 0: return False
        except (OSError, ValueError, OverflowError):
            pass
        return False

    @staticmethod
    def read(path):
        try:
            with open(path, "rb") as file: return file.read()
        except OSError:
            return b""


class Lab:
    """A lab in a folder that is thrown away, with a suite of one task and the stub as four providers."""

    def __init__(self, belay):
        self.belay, self.folder = belay, tempfile.mkdtemp(prefix="belay-gateway.")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.asked = os.path.join(self.folder, "stub.jsonl")
        self.stub = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "stub.py"), str(self.port)], env={**os.environ, "STUB_LOG": self.asked})
        self.write("suite/write/task.toml", 'version = "1.0"\n[metadata]\n[agent]\ntimeout_sec = 180\n[environment]\nnetwork_mode = "no-network"\n')
        self.write("suite/write/instruction.md", "Write from-stub into stub_out.txt.\n")
        self.write("suite/write/environment/Dockerfile", "FROM debian:12\nWORKDIR /app\n")
        self.write("suite/write/tests/test.sh", "#!/bin/bash\nif grep -qx from-stub /app/stub_out.txt; then echo 1; else echo 0; fi >/logs/verifier/reward.txt\n")
        models = 'schema = "belay.models/1"\n'
        for name, path, dialect in [("chat", "/v1", "openai-chat"), ("resp", "/v1", "openai-responses"),
                                    ("msgs", "", "anthropic-messages"), ("gem", "/v1beta", "gemini")]:
            models += f'[providers.{name}]\nbase_url = "http://127.0.0.1:{self.port}{path}"\ndialect = "{dialect}"\nkey = "PLANTED_KEY"\n'
            models += f'[prices."{name}/*"]\ninput = 10.0\noutput = 20.0\n'
        self.write("models.toml", models)
        self.run("init")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file: file.write(text)
        return path

    def harness(self, name, agent, runtime, env):
        shutil.copy(os.path.join(HERE, "agents", agent), self.write(f"{name}/agent.py", ""))
        lines = "".join(f'{key} = "{value}"\n' for key, value in env.items())
        runtime = f'runtime = "{runtime}"\n' if runtime else ""
        self.write(f"{name}/harness.toml", f'schema = "belay.harness/1"\nname = "{name}"\nkind = "program"\ncommand = ["python3", "agent.py"]\n{runtime}surface = ["agent.py"]\n[env]\n{lines}')
        return os.path.join(self.folder, name)

    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PLANTED_KEY": KEY, "TMPDIR": self.folder}

    def start(self, *words):
        log = open(os.path.join(self.folder, "belay.log"), "ab")
        return subprocess.Popen([self.belay, *words], cwd=self.folder, env=self.environment(), stdout=log, stderr=log)

    def run(self, *words, watch=False):
        process = self.start(*words)
        looking = Watch(process.pid)
        if watch: looking.start()
        process.wait()
        looking.over = True
        if watch:
            say(looking.seen and not looking.found, f"{os.path.basename(words[1])}: no process below the coordinator holds the key ({len(looking.seen)} programs seen)", looking.found or "none seen")
        return process.returncode

    def eval(self, harness, *models, watch=True):
        words = ["eval", harness, "--suite", "suite", "--split", "all", "--models", "models.toml", "--verbose"]
        for model in models: words += ["--model", model] if not model.startswith("--") else model.split("=")
        return self.run(*words, watch=watch)

    def said(self, *words):
        done = subprocess.run([self.belay, *words], cwd=self.folder, env=self.environment(), capture_output=True, text=True)
        return done.stdout + done.stderr

    def trials(self):
        return [json.loads(line) for line in self.said("export", "--format", "jsonl").splitlines()]

    def requests(self):
        with open(self.asked) as file: return [json.loads(line) for line in file]

    def search(self):
        """Every file that was written, unpacked where it is packed, and every page that can be asked for."""
        say(any(KEY in json.dumps(r["headers"]) for r in self.requests()), "the provider got the key: what is looked for is there")
        bad = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                if path != self.asked and KEY.encode() in Watch.read(path): bad.append(path)
        said = self.said("export", "--format", "jsonl") + self.said("export", "--format", "otlp", "--content")
        said += self.said("models", "list", "--models", "models.toml", "--json") + self.said("log", "--json")
        for trial in self.trials():
            said += self.said("trace", trial["trial"], "--content", "--full") + self.said("show", trial["trial"], "--json")
        if KEY in said: bad.append("a page")
        import sqlite3
        ledger = glob.glob(os.path.join(self.folder, ".belay", "ledger.sqlite"))[0]
        blobs = 0
        with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                try: rows = database.execute(f'SELECT * FROM "{table}"')
                except sqlite3.Error: continue
                for row in rows:
                    for value in row:
                        if isinstance(value, bytes) and value[:4] == b"\x28\xb5\x2f\xfd" and shutil.which("zstd"):
                            value = subprocess.run(["zstd", "-dcq"], input=value, capture_output=True).stdout
                            blobs += 1
                        if KEY in (value.decode("latin1") if isinstance(value, bytes) else str(value)): bad.append(f"table {table}")
        say(not bad, f"no file, page or row holds the key ({blobs} packed contents looked into)", bad)

    def close(self):
        self.stub.terminate()
        self.stub.wait()
        if failed: print(f"kept for a look: {self.folder}", file=sys.stderr)
        else: shutil.rmtree(self.folder, ignore_errors=True)


def agents(lab, packages):
    for name in ["claude-code", "codex", "mini-swe-agent"]:
        folder = os.path.join(lab.folder, "harnesses", name)
        shutil.copytree(os.path.join(REPOSITORY, "harnesses", name), folder)
        os.makedirs(os.path.join(lab.folder, "harnesses", "runtimes"), exist_ok=True)
        os.symlink(os.path.join(packages, name), os.path.join(lab.folder, "harnesses", "runtimes", name))
        for provider in ["msgs", "resp", "chat", "gem"]:
            lab.eval(folder, f"{provider}/stub-tool")
            trial = lab.trials()[-1]
            attempt = trial["attempts"][-1]
            flag = {"claude-code": "trajectory_from_claude_code", "codex": "trajectory_from_codex"}.get(name)
            good = attempt["score"] == 1 and attempt["usage"]["input_tokens"] and (not flag or flag in attempt["flags"])
            say(good, f"{name} on {provider}: its tool ran, its tokens are metered, its trace is there", attempt)


ALIASES = {"text": "stub-text", "tool": "stub-parallel", "once": "stub-500-once", "ctx": "stub-ctx", "cut": "stub-cut", "midstream": "stub-midstream"}


def clients(lab, packages):
    harness = lab.harness("clients", "clients.py", os.path.join(packages, "clients"), {"PYTHONPATH": "/runtime"})
    lab.eval(harness, *[f"{up}-{alias}={up}/{model}" for up in ["chat", "resp", "msgs", "gem"] for alias, model in ALIASES.items()])
    told(lab)


def broke(lab, packages):
    harness = lab.harness("broke", "clients.py", os.path.join(packages, "clients"), {"PYTHONPATH": "/runtime", "MODE": "broke"})
    before = len(lab.requests()) if os.path.exists(lab.asked) else 0
    lab.eval(harness, "chat-text=chat/stub-text", "--budget-usd=0.000001")
    told(lab)
    say(len(lab.requests() if os.path.exists(lab.asked) else []) == before, "spent: nothing was sent")


def told(lab):
    trace = lab.said("trace", lab.trials()[-1]["trial"], "--content", "--full", "--json")
    logs = "\n".join(log["text"] for log in json.loads(trace)["logs"] if log["role"] == "agent_log")
    lines = re.findall(r"^(ok  |FAIL) (.*)$", logs, re.MULTILINE)
    for good, text in lines: say(good == "ok  ", text, "as shown")
    say(len(lines) > 3, f"{len(lines)} checks by official clients", logs)


def killed(lab, packages):
    for name, harness, model, per in [
        ("a program", lab.harness("asks", "asks.py", None, {"STEPS": "5"}), "chat/stub-text-slow", 5),
        ("a native agent", os.path.join(REPOSITORY, "harnesses", "bash-agent"), "chat/stub-steps-slow", 7)]:
        before = len(lab.requests()) if os.path.exists(lab.asked) else 0
        words = ["eval", harness, "--suite", "suite", "--split", "all", "--models", "models.toml", "--model", model, "--trials", "2", "--slots", "1", "--budget-usd", "50"]
        process = lab.start(*words)
        # In the middle of the third call of the second trial: the stub takes a second to answer.
        until(lambda: len(lab.requests() if os.path.exists(lab.asked) else []) >= before + per + 3)
        time.sleep(0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        first = lab.requests()[before:]
        status = lab.run(*words, "--resume")
        all_ = lab.requests()[before:]
        say(status == 0 and len(first) == per + 3, f"killed: {name} was gone on with", f"{status}, {len(first)} requests before")
        say(len(all_) == 2 * per + 1, f"killed: {name} paid {2 * per} answers once, and again only for the one that was under way", f"{len(all_)} requests")
        bodies = [json.dumps(r["body"], sort_keys=True) for r in all_]
        again = [n for n, body in enumerate(bodies) if body in bodies[:n]]
        if name == "a program": say(len(again) == 1 and again[0] == per + 3, "killed: the one request that was sent twice is that one", again)
        trials = [t for t in lab.trials()][-2:]
        say(all(t["attempts"][-1]["score"] == 1 for t in trials), f"killed: both trials of {name} ended well", trials)


def until(true, seconds=60):
    end = time.time() + seconds
    while not true():
        if time.time() > end: raise SystemExit("waited in vain")
        time.sleep(0.02)


belay, packages, *parts = sys.argv[1:]
for part in parts:
    lab = Lab(os.path.abspath(belay))
    try:
        {"agents": agents, "clients": clients, "broke": broke, "killed": killed}[part](lab, os.path.abspath(packages))
        if part != "broke": lab.search()
    finally:
        lab.close()
sys.exit(1 if failed else 0)
