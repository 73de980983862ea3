"""A scaffold of small functions, each of which a search may replace: snapshot, prompt, parse, act, memory."""

import json, os, re, subprocess, sys, urllib.error, urllib.request

HERE = os.environ.get("BELAY_HARNESS", ".")
MAX_TURNS = 30
OUTPUT_CHARACTERS = 8_000
KEPT_TURNS = 8


def snapshot():
    """What a newcomer would look at first, found out before the model is asked anything."""
    script = "pwd; id -un; ls -la | head -50; for p in python3 git sqlite3 jq make gcc; do command -v $p; done"
    return act(script)


def prompt(instruction, seen, notes, turns):
    """The whole request is made anew each time: the older turns are only in the notes."""
    system = open(os.path.join(HERE, "prompts/system.md")).read()
    messages = [{"role": "system", "content": system}]
    first = f"# Task\n{instruction}\n\n# What is there\n{seen}"
    if notes:
        first += "\n\n# Notes on earlier turns\n" + "\n".join(notes)
    messages.append({"role": "user", "content": first})
    for said, output in turns[-KEPT_TURNS:]:
        messages.append({"role": "assistant", "content": said})
        messages.append({"role": "user", "content": output})
    return messages


def parse(text):
    """(what to do, its script): `bash`, `done`, or None when the form was not kept."""
    blocks = re.findall(r"```(bash|done)[^\n]*\n(.*?)```", text, re.S)
    if len(blocks) == 1:
        return blocks[0]
    return ("done", "") if not blocks and "```done" in text else (None, "")


def act(script):
    try:
        done = subprocess.run(
            ["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=180)
        text, ending = done.stdout.decode(errors="replace"), f"exit code {done.returncode}"
    except subprocess.TimeoutExpired as late:
        text, ending = (late.stdout or b"").decode(errors="replace"), "stopped after 180 s"
    if len(text) > OUTPUT_CHARACTERS:
        half = OUTPUT_CHARACTERS // 2
        text = f"{text[:half]}\n[... {len(text) - 2 * half} characters cut ...]\n{text[-half:]}"
    return f"{text}\n[{ending}]"


def remember(notes, said, output):
    """One line for each turn: its first sentence and how its script ended."""
    sentence = said.split("```")[0].strip().split("\n")[0][:200]
    return notes + [f"- {sentence} -> {output.strip().splitlines()[-1]}"]


def ask(messages):
    body = {"model": os.environ.get("BELAY_MODEL", "task"), "messages": messages, "max_tokens": 4096}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    try:
        with urllib.request.urlopen(request, timeout=900) as answer:
            return json.load(answer)["choices"][0]["message"].get("content") or ""
    except urllib.error.HTTPError as error:
        sys.exit(f"the model gave no answer: {error.code} {error.read(2000).decode(errors='replace')}")


def main():
    instruction = open(os.environ["BELAY_INSTRUCTION"]).read()
    seen, notes, turns = snapshot(), [], []
    for _ in range(MAX_TURNS):
        said = ask(prompt(instruction, seen, notes, turns))
        kind, script = parse(said)
        print(f"--- {said}", flush=True)
        if kind == "done":
            return
        output = act(script) if kind == "bash" else "Answer with exactly one block, ```bash or ```done."
        print(output, flush=True)
        turns.append((said, output))
        if len(turns) > KEPT_TURNS:
            notes = remember(notes, *turns[-KEPT_TURNS - 1])


main()
