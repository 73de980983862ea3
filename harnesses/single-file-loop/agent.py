"""An agent in one file: everything above the line is there to be changed."""

SYSTEM = """You work on a Linux machine through one tool, `bash`. Look before you change anything,
do what the instruction asks and nothing else, and check the result by a command before you finish.
When the task is done and checked, answer without calling a tool."""
MAX_TURNS = 40
MAX_OUTPUT_TOKENS = 4096
TOOL_OUTPUT_BYTES = 16_000
COMMAND_SECONDS = 120
TOOLS = [{
    "type": "function",
    "function": {
        "name": "bash",
        "description": "Runs a bash script in the working folder and returns what it printed and its exit code.",
        "parameters": {
            "type": "object",
            "properties": {"command": {"type": "string", "description": "the script"}},
            "required": ["command"],
        },
    },
}]


def opening(instruction):
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": instruction}]


def shorten(text):
    if len(text) <= TOOL_OUTPUT_BYTES:
        return text
    half = TOOL_OUTPUT_BYTES // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters cut ...]\n{text[-half:]}"


# ---- what stands below this line talks to the model and keeps the record -------------------------------

import datetime, json, os, subprocess, sys, time, urllib.error, urllib.request


def ask(messages):
    body = {
        "model": os.environ.get("BELAY_MODEL", "task"), "messages": messages, "tools": TOOLS,
        "max_tokens": MAX_OUTPUT_TOKENS,
    }
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    for wait in (1, 4, None):
        try:
            with urllib.request.urlopen(request, timeout=900) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if wait is None or error.code not in (429, 500, 502, 503, 504) \
                    or error.headers.get("x-should-retry") == "false":
                sys.exit(f"the model gave no answer: {error.code} {error.read(2000).decode(errors='replace')}")
            time.sleep(wait)


def run(arguments):
    try:
        command = json.loads(arguments)["command"]
    except (ValueError, KeyError, TypeError):
        return "the arguments are no JSON object with a `command`"
    try:
        done = subprocess.run(
            ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired as late:
        return shorten((late.stdout or b"").decode(errors="replace")) + "\n[stopped at its time limit]"
    return f"{shorten(done.stdout.decode(errors='replace'))}\n[exit code {done.returncode}]"


class Record:
    """The trajectory in ATIF, written anew after every step."""

    def __init__(self, instruction):
        self.steps = []
        self.add(source="user", message=instruction)

    def add(self, **step):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        self.steps.append({"step_id": len(self.steps) + 1, "timestamp": now, **step})
        trajectory = {
            "schema_version": "ATIF-v1.7", "session_id": os.environ.get("BELAY_SEED", "0"),
            "agent": {"name": "single-file-loop", "version": "1"}, "steps": self.steps,
        }
        os.makedirs("/logs/agent", exist_ok=True)
        with open("/logs/agent/trajectory.json", "w") as file:
            json.dump(trajectory, file)


def main():
    instruction = open(os.environ["BELAY_INSTRUCTION"]).read()
    messages, record = opening(instruction), Record(instruction)
    for _ in range(MAX_TURNS):
        choice = ask(messages)["choices"][0]
        message = choice["message"]
        messages.append(message)
        # A call that was cut at the output limit is no call.
        calls = [] if choice["finish_reason"] == "length" else message.get("tool_calls") or []
        step = {"source": "agent", "message": message.get("content") or ""}
        results = []
        for call in calls:
            output = run(call["function"]["arguments"])
            results.append({"source_call_id": call["id"], "content": output})
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": output})
        if calls:
            step["tool_calls"] = [
                {"tool_call_id": call["id"], "function_name": call["function"]["name"],
                 "arguments": {"raw": call["function"]["arguments"]}} for call in calls]
            step["observation"] = {"results": results}
        record.add(**step)
        if not calls and choice["finish_reason"] != "length":
            return
        if not calls:
            messages[-1] = {"role": "assistant", "content": message.get("content") or "(cut)"}
            messages.append({"role": "user", "content": "Your answer was too long and was cut. Go on in smaller steps."})


main()
