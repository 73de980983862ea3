"""The official clients of OpenAI, Anthropic and Google against the gateway, from inside a trial's sandbox.

They take addresses and keys from the environment alone, as an unmodified agent does. One line per check;
the file that the task asks for is written when all hold. MODE=broke: every budget is spent already.
"""
import json, os, sys, time

import anthropic, openai
from google import genai
from google.genai import errors as gerrors, types as gt

oc = openai.OpenAI(max_retries=2)
ac = anthropic.Anthropic(max_retries=2)
gc = genai.Client()
PARAMS = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
CHAT = [{"type": "function", "function": {"name": "bash", "description": "d", "parameters": PARAMS}}]
RESP = [{"type": "function", "name": "bash", "description": "d", "parameters": {**PARAMS, "additionalProperties": False}, "strict": True}]
MSGS = [{"name": "bash", "description": "d", "input_schema": PARAMS}]
GEM = gt.GenerateContentConfig(
    automatic_function_calling=gt.AutomaticFunctionCallingConfig(disable=True),
    tools=[gt.Tool(function_declarations=[gt.FunctionDeclaration(name="bash", description="d", parameters_json_schema=PARAMS)])])
HI = [{"role": "user", "content": "hi"}]
TEXT, COMMAND = "hello from stub", "echo from-stub > stub_out.txt && cat stub_out.txt"
failures = 0


def check(name, body, expected):
    global failures
    began = time.time()
    try:
        found = body()
    except Exception as error:
        found = f"{type(error).__module__}.{type(error).__name__}: {str(error)[:300]}"
    good = expected(found) if callable(expected) else found == expected
    failures += not good
    print("ok  " if good else "FAIL", name, f"{time.time() - began:.2f}s", "" if good else repr(found), flush=True)


def raises(kind, status, *words, body):
    """The error that the client raises, by class and status; words that its message has to hold."""
    began = time.time()
    try:
        return f"no error: {body()}"
    except kind as error:
        code = getattr(error, "status_code", None) or getattr(error, "code", None)
        code = code if isinstance(code, int) else None
        if code != status: return f"status {code}: {error}"
        missing = [word for word in words if word not in str(error)]
        if missing: return f"without {missing}: {error}"
        return True if time.time() - began < 20 else "tried again and again"


def chat_stream(model, **more):
    with oc.chat.completions.stream(model=model, messages=HI, stream_options={"include_usage": True}, **more) as stream:
        texts = [e.delta for e in stream if e.type == "content.delta"]
        return "".join(texts), stream.get_final_completion()


def responses_stream(model, **more):
    with oc.responses.stream(model=model, input="hi", **more) as stream:
        texts = [e.delta for e in stream if e.type == "response.output_text.delta"]
        return "".join(texts), stream.get_final_response()


def messages_stream(model, **more):
    with ac.messages.stream(model=model, max_tokens=99, messages=HI, **more) as stream:
        return "".join(stream.text_stream), stream.get_final_message()


def gemini_stream(model, config=None):
    pieces = list(gc.models.generate_content_stream(model=model, contents="hi", config=config))
    return "".join(p.text or "" for p in pieces if not p.function_calls), [c for p in pieces for c in p.function_calls or []], pieces[-1].usage_metadata


def commands(calls): return [call["command"] for call in calls] == [COMMAND] * len(calls) and len(calls) > 0


def working(up):
    text, tool = f"{up}-text", f"{up}-tool"
    check(f"{up}: chat", lambda: oc.chat.completions.create(model=text, messages=HI).choices[0].message.content, TEXT)
    check(f"{up}: chat, usage", lambda: (lambda u: (u.prompt_tokens, u.prompt_tokens_details.cached_tokens))(oc.chat.completions.create(model=text, messages=HI).usage), (100, 64))
    check(f"{up}: chat, streamed", lambda: (lambda s: (s[0], s[1].usage.prompt_tokens, s[1].choices[0].finish_reason))(chat_stream(text)), (TEXT, 100, "stop"))
    check(f"{up}: chat, tools", lambda: commands([json.loads(c.function.arguments) for c in oc.chat.completions.create(model=tool, messages=HI, tools=CHAT).choices[0].message.tool_calls]), True)
    check(f"{up}: chat, tools streamed", lambda: (lambda c: (commands([json.loads(t.function.arguments) for t in c.message.tool_calls]), c.finish_reason))(chat_stream(tool, tools=CHAT)[1].choices[0]), (True, "tool_calls"))
    check(f"{up}: responses", lambda: oc.responses.create(model=text, input="hi").output_text, TEXT)
    check(f"{up}: responses, streamed", lambda: (lambda s: (s[0], s[1].usage.input_tokens, s[1].status))(responses_stream(text)), (TEXT, 100, "completed"))
    check(f"{up}: responses, tools streamed", lambda: commands([json.loads(i.arguments) for i in responses_stream(tool, tools=RESP)[1].output if i.type == "function_call"]), True)
    check(f"{up}: messages", lambda: ac.messages.create(model=text, max_tokens=9, messages=HI).content[0].text, TEXT)
    check(f"{up}: messages, streamed", lambda: (lambda s: (s[0], s[1].usage.input_tokens + (s[1].usage.cache_read_input_tokens or 0), s[1].stop_reason))(messages_stream(text)), (TEXT, 100, "end_turn"))
    check(f"{up}: messages, tools streamed", lambda: (lambda m: (commands([c.input for c in m.content if c.type == "tool_use"]), m.stop_reason))(messages_stream(tool, tools=MSGS)[1]), (True, "tool_use"))
    check(f"{up}: gemini", lambda: gc.models.generate_content(model=text, contents="hi").text, TEXT)
    check(f"{up}: gemini, streamed", lambda: (lambda s: (s[0], s[2].prompt_token_count))(gemini_stream(text)), (TEXT, 100))
    check(f"{up}: gemini, tools streamed", lambda: commands([c.args for c in gemini_stream(tool, GEM)[1]]), True)
    turns = HI + [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "bash", "arguments": '{"command":"ls"}'}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "a.txt"}]
    check(f"{up}: chat, a tool's answer", lambda: oc.chat.completions.create(model=tool, messages=turns, tools=CHAT).choices[0].message.content, TEXT)
    check(f"{up}: a provider that refuses once", lambda: oc.chat.completions.create(model=f"{up}-once", messages=HI).choices[0].message.content, TEXT)
    check(f"{up}: an overflow", lambda: raises(openai.BadRequestError, 400, "context_length_exceeded", body=lambda: oc.chat.completions.create(model=f"{up}-ctx", messages=HI)), True)
    check(f"{up}: an overflow, to Anthropic's", lambda: raises(anthropic.BadRequestError, 400, "too long", body=lambda: ac.messages.create(model=f"{up}-ctx", max_tokens=9, messages=HI)), True)
    check(f"{up}: an overflow, to Google's", lambda: raises(gerrors.ClientError, 400, "token count", body=lambda: gc.models.generate_content(model=f"{up}-ctx", contents="hi")), True)
    # The stub breaks streams of its own dialects only.
    for cut in {"chat": ["cut", "midstream"], "gem": []}.get(up, ["midstream"]):
        check(f"{up}: {cut}, to OpenAI's", lambda: raises(openai.APIError, None, body=lambda: chat_stream(f"{up}-{cut}")), True)
        check(f"{up}: {cut}, to Anthropic's", lambda: raises(anthropic.APIError, None, body=lambda: messages_stream(f"{up}-{cut}")), lambda found: found is True or "status" in str(found))


def strict():
    check("no such model", lambda: raises(openai.NotFoundError, 404, "no model", body=lambda: oc.chat.completions.create(model="gpt-9", messages=HI)), True)
    check("no such key", lambda: raises(openai.AuthenticationError, 401, body=lambda: openai.OpenAI(api_key="sk-x").chat.completions.create(model="chat-text", messages=HI)), True)
    check("no such key, to Anthropic's", lambda: raises(anthropic.AuthenticationError, 401, body=lambda: anthropic.Anthropic(api_key="sk-x").messages.create(model="chat-text", max_tokens=9, messages=HI)), True)
    check("several answers", lambda: raises(openai.BadRequestError, 400, "one answer", body=lambda: oc.chat.completions.create(model="chat-text", messages=HI, n=3)), True)
    check("models", lambda: "chat-text" in [m.id for m in oc.models.list()], True)
    check("models, to Anthropic's", lambda: "chat-text" in [m.id for m in ac.models.list()], True)
    check("models, to Google's", lambda: "models/chat-text" in [m.name for m in gc.models.list()], True)
    check("tokens are counted", lambda: ac.messages.count_tokens(model="chat-text", messages=HI).input_tokens > 0, True)
    check("tokens are counted, to Google's", lambda: gc.models.count_tokens(model="chat-text", contents="hi").total_tokens > 0, True)


def broke():
    check("spent: chat", lambda: raises(openai.RateLimitError, 429, "insufficient_quota", body=lambda: oc.chat.completions.create(model="chat-text", messages=HI)), True)
    check("spent: chat, streamed", lambda: raises(openai.RateLimitError, 429, "insufficient_quota", body=lambda: chat_stream("chat-text")), True)
    check("spent: responses", lambda: raises(openai.RateLimitError, 429, "insufficient_quota", body=lambda: oc.responses.create(model="chat-text", input="hi")), True)
    check("spent: messages", lambda: raises(anthropic.APIStatusError, 402, "billing_error", body=lambda: ac.messages.create(model="chat-text", max_tokens=9, messages=HI)), True)
    check("spent: messages, streamed", lambda: raises(anthropic.APIStatusError, 402, "billing_error", body=lambda: messages_stream("chat-text")), True)
    check("spent: gemini", lambda: raises(gerrors.ClientError, 429, "RESOURCE_EXHAUSTED", body=lambda: gc.models.generate_content(model="chat-text", contents="hi")), True)


if os.environ.get("MODE") == "broke":
    broke()
else:
    for up in ["chat", "resp", "msgs", "gem"]: working(up)
    strict()
if not failures: open("stub_out.txt", "w").write("from-stub\n")
print("failures:", failures)
sys.exit(1 if failures else 0)
