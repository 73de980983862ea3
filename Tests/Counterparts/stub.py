#!/usr/bin/env python3
# Origin: Belay's study of model providers (llm-counterparts), where it was checked against the official clients.
"""Scripted LLM stub: OpenAI Chat + Responses, Anthropic Messages, Gemini, llama.cpp/vLLM extras.
Behaviour is chosen by model name. Every request is appended to requests.jsonl. Loopback only."""
import json, sys, time, threading, itertools, os, re
from http.server import ThreadingHTTPServer, BaseHTTPRequestHandler
LOG = os.environ.get("STUB_LOG", "requests.jsonl")
ctr = itertools.count(1); lock = threading.Lock(); fails = {}
PREF = ["bash", "Bash", "Write", "exec_command", "shell_command", "shell", "local_shell", "write_file", "edit_file"]

def tool_args(name, cwd="."):
    if name in ("bash", "Bash"): return {"command": "echo from-stub > stub_out.txt && cat stub_out.txt", **({"description": "write file"} if name == "Bash" else {})}
    if name == "Write": return {"file_path": os.path.join(cwd, "stub_out.txt"), "content": "from-stub\n"}
    if name == "exec_command": return {"cmd": "echo from-stub > stub_out.txt && cat stub_out.txt"}
    if name == "shell_command": return {"command": "echo from-stub > stub_out.txt && cat stub_out.txt"}
    if name in ("shell", "local_shell"): return {"command": ["bash", "-lc", "echo from-stub > stub_out.txt && cat stub_out.txt"]}
    return {"x": 1}

def pick(names):
    for p in PREF:
        if p in names: return p
    return names[0] if names else None

class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    # ---- plumbing
    def body(self):
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            b = b""
            while True:
                n = int(self.rfile.readline().split(b";")[0], 16)
                if n == 0: self.rfile.readline(); break
                b += self.rfile.read(n); self.rfile.readline()
        else:
            b = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("content-encoding") == "zstd":
            try:
                import zstandard; b = zstandard.ZstdDecompressor().decompressobj().decompress(b)
            except Exception as e: return {"_zstd": len(b), "_err": str(e)}
        try: return json.loads(b or b"{}")
        except Exception: return {"_raw": b[:200].decode("latin1")}
    def rec(self, body):
        with lock, open(LOG, "a") as f:
            f.write(json.dumps({"n": next(ctr), "t": time.time(), "method": self.command, "path": self.path,
                "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}) + "\n")
    def js(self, code, obj, hdr=None):
        b = json.dumps(obj).encode()
        self.send_response(code); self.send_header("content-type", "application/json"); self.send_header("content-length", str(len(b)))
        for k, v in (hdr or {}).items(): self.send_header(k, v)
        self.end_headers(); self.wfile.write(b)
    def sse_begin(self, hdr=None):
        self.send_response(200); self.send_header("content-type", "text/event-stream"); self.send_header("cache-control", "no-cache")
        self.send_header("transfer-encoding", "chunked")
        for k, v in (hdr or {}).items(): self.send_header(k, v)
        self.end_headers()
    def chunk(self, s):
        b = s.encode(); self.wfile.write(b"%x\r\n" % len(b) + b + b"\r\n"); self.wfile.flush()
    def sse_end(self): self.wfile.write(b"0\r\n\r\n"); self.wfile.flush()
    def ev(self, obj, name=None): self.chunk((f"event: {name}\n" if name else "") + "data: " + json.dumps(obj) + "\n\n")
    # ---- faults; True when handled
    def fault(self, model, fam):
        oai = lambda m, t, c: {"error": {"message": m, "type": t, "param": None, "code": c}}
        ant = lambda m, t: {"type": "error", "error": {"type": t, "message": m}, "request_id": "req_stub1"}
        gem = lambda m, c, s: {"error": {"code": c, "message": m, "status": s}}
        mk = {"oai": lambda a: oai(*a[0]), "ant": lambda a: ant(*a[1]), "gem": lambda a: gem(*a[2])}[fam]
        T = {"stub-429": (429, (("Rate limit reached for stub in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 1s.", "tokens", "rate_limit_exceeded"), ("This request would exceed your organization's rate limit", "rate_limit_error"), ("Resource has been exhausted (e.g. check quota).", 429, "RESOURCE_EXHAUSTED")), {"retry-after": "1", "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s", "x-ratelimit-limit-tokens": "30000", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1s", "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": "2026-11-20T22:00:00Z"}),
             "stub-529": (529 if fam == "ant" else 503, (("The server is overloaded", "server_error", None), ("Overloaded", "overloaded_error"), ("The model is overloaded.", 503, "UNAVAILABLE")), {}),
             "stub-500": (500, (("The server had an error", "server_error", None), ("Internal server error", "api_error"), ("An internal error has occurred.", 500, "INTERNAL")), {}),
             "stub-401": (401, (("Incorrect API key provided: sk-x.", "invalid_request_error", "invalid_api_key"), ("invalid x-api-key", "authentication_error"), ("API key not valid.", 400, "INVALID_ARGUMENT")), {}),
             "stub-ctx": (400, (("This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens. Please reduce the length of the messages.", "invalid_request_error", "context_length_exceeded"), ("prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error"), ("The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).", 400, "INVALID_ARGUMENT")), {}),
             "stub-quota": (429, (("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"), ("Your credit balance is too low to access the Anthropic API.", "invalid_request_error"), ("Quota exceeded", 429, "RESOURCE_EXHAUSTED")), {})}
        key = model
        if model.endswith("-once"):
            key = model[:-5]
            fails[model] = fails.get(model, 0) + 1
            if fails[model] % 2 == 0: return False
        for k, (code, msgs, hdr) in T.items():
            if key == k: self.js(code, mk(msgs), hdr); return True
        return False
    # ---- routes
    def do_GET(self):
        self.rec(None)
        if self.path.startswith(("/v1/models", "/models")): return self.js(200, {"object": "list", "data": [{"id": "stub-text", "object": "model", "created": 1, "owned_by": "stub", "type": "model", "display_name": "stub", "created_at": "2026-01-01T00:00:00Z"}], "has_more": False, "first_id": "stub-text", "last_id": "stub-text", "models": []})
        if self.path == "/health": return self.js(200, {"status": "ok"})
        self.js(404, {"error": {"message": "not found " + self.path}})
    def do_HEAD(self): self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def do_POST(self):
        b = self.body(); self.rec(b); p = self.path.split("?")[0]
        if "-slow" in b.get("model", ""): time.sleep(1)
        try:
            if p.endswith("/chat/completions"): return self.chat(b)
            if p.endswith("/responses"): return self.do_responses(b)
            if p.endswith("/messages/count_tokens"): return self.js(200, {"input_tokens": 42})
            if p.endswith("/messages"): return self.messages(b)
            m = re.match(r".*/models/([^:]+):(generateContent|streamGenerateContent|countTokens)$", p)
            if m: return self.gemini(b, m.group(1), m.group(2))
            self.js(404, {"error": {"message": "no route " + p, "type": "invalid_request_error"}})
        except (BrokenPipeError, ConnectionResetError): pass
    # ---- OpenAI chat
    def chat(self, b):
        model = b.get("model", "stub-text")
        if self.fault(model, "oai"): return
        names = [t["function"]["name"] for t in b.get("tools") or [] if t.get("type") == "function"]
        done = sum(m.get("role") == "tool" for m in b.get("messages", [])) >= (6 if model.startswith("stub-steps") else 1)
        want = names and not done and b.get("tool_choice") != "none" and not model.startswith("stub-text")
        n = 2 if model.startswith("stub-parallel") else 1
        calls = [{"id": f"call_stub{i}", "type": "function", "function": {"name": pick(names), "arguments": json.dumps({"command": "echo from-stub > stub_out.txt"} if model.startswith("stub-steps") else tool_args(pick(names)))}} for i in range(1, n + 1)] if want else []
        fin = "tool_calls" if calls else "length" if model == "stub-maxtokens" else "content_filter" if model == "stub-refusal" else "stop"
        text = None if calls else "hello from stub"
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120, "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 8, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}}
        base = {"id": "chatcmpl-stub1", "created": int(time.time()), "model": model, "system_fingerprint": "fp_stub"}
        if not b.get("stream"):
            msg = {"role": "assistant", "content": text, "refusal": None}
            if calls: msg["tool_calls"] = calls
            return self.js(200, {**base, "object": "chat.completion", "choices": [{"index": 0, "message": msg, "logprobs": None, "finish_reason": fin}], "usage": usage, "service_tier": "default"}, {"x-request-id": "req_stub1", "openai-processing-ms": "5", "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s", "x-ratelimit-limit-tokens": "150000", "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s"})
        self.sse_begin({"x-request-id": "req_stub1"})
        ck = lambda d, f=None: self.ev({**base, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": d, "logprobs": None, "finish_reason": f}]})
        ck({"role": "assistant", "content": "" if text else None})
        if text:
            for w in re.findall(r"\S+\s*", text): ck({"content": w})
        if model == "stub-midstream": self.ev({"error": {"message": "stub mid-stream failure", "type": "server_error", "code": None}}); return self.sse_end()
        if model == "stub-cut": self.close_connection = True; return
        for i, c in enumerate(calls):
            ck({"tool_calls": [{"index": i, "id": c["id"], "type": "function", "function": {"name": c["function"]["name"], "arguments": ""}}]})
            a = c["function"]["arguments"]
            for j in range(0, len(a), 12): ck({"tool_calls": [{"index": i, "function": {"arguments": a[j:j + 12]}}]})
        ck({}, fin)
        if (b.get("stream_options") or {}).get("include_usage"): self.ev({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage})
        self.chunk("data: [DONE]\n\n"); self.sse_end()
    # ---- OpenAI responses
    def do_responses(self, b):
        model = b.get("model", "stub-text")
        if self.fault(model, "oai"): return
        names = [t.get("name") or t.get("type") for t in b.get("tools") or []]
        inp = b.get("input"); inp = inp if isinstance(inp, list) else [{"role": "user", "content": inp}]
        done = any(i.get("type") in ("function_call_output", "custom_tool_call_output", "local_shell_call_output") for i in inp)
        want = names and not done and not model.startswith("stub-text")
        usage = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 64}, "output_tokens": 20, "output_tokens_details": {"reasoning_tokens": 8}, "total_tokens": 120}
        nm = pick(names)
        if want: item = {"id": "fc_stub1", "type": "function_call", "status": "completed", "call_id": "call_stub1", "name": nm, "arguments": json.dumps(tool_args(nm))}
        else: item = {"id": "msg_stub1", "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "hello from stub", "annotations": [], "logprobs": []}]}
        inc = model == "stub-maxtokens"
        resp = {"id": "resp_stub1", "object": "response", "created_at": int(time.time()), "status": "incomplete" if inc else "completed", "error": None, "incomplete_details": {"reason": "max_output_tokens"} if inc else None, "instructions": None, "max_output_tokens": None, "metadata": {}, "model": model, "output": [item], "parallel_tool_calls": True, "previous_response_id": None, "reasoning": {"effort": None, "summary": None}, "store": False, "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "usage": usage, "user": None}
        if not b.get("stream"): return self.js(200, resp, {"x-request-id": "req_stub1"})
        self.sse_begin({"x-request-id": "req_stub1"}); seq = itertools.count()
        e = lambda t, **k: self.ev({"type": t, "sequence_number": next(seq), **k}, t)
        e("response.created", response={**resp, "status": "in_progress", "output": [], "usage": None})
        e("response.in_progress", response={**resp, "status": "in_progress", "output": [], "usage": None})
        if want:
            e("response.output_item.added", output_index=0, item={**item, "status": "in_progress", "arguments": ""})
            a = item["arguments"]
            for j in range(0, len(a), 12): e("response.function_call_arguments.delta", item_id=item["id"], output_index=0, delta=a[j:j + 12])
            e("response.function_call_arguments.done", item_id=item["id"], output_index=0, name=item["name"], arguments=a)
        else:
            t = item["content"][0]["text"]
            e("response.output_item.added", output_index=0, item={**item, "status": "in_progress", "content": []})
            e("response.content_part.added", item_id=item["id"], output_index=0, content_index=0, part={"type": "output_text", "text": "", "annotations": []})
            for w in re.findall(r"\S+\s*", t): e("response.output_text.delta", item_id=item["id"], output_index=0, content_index=0, delta=w, logprobs=[])
            if model == "stub-midstream":
                e("response.failed", response={**resp, "status": "failed", "error": {"code": "server_error", "message": "stub mid-stream failure"}, "usage": None}); return self.sse_end()
            e("response.output_text.done", item_id=item["id"], output_index=0, content_index=0, text=t, logprobs=[])
            e("response.content_part.done", item_id=item["id"], output_index=0, content_index=0, part=item["content"][0])
        e("response.output_item.done", output_index=0, item=item)
        e("response.incomplete" if inc else "response.completed", response=resp); self.sse_end()
    # ---- Anthropic
    def messages(self, b):
        model = b.get("model", "stub-text")
        if self.fault(model, "ant"): return
        names = [t.get("name") for t in b.get("tools") or []]
        def has_result(m): return isinstance(m.get("content"), list) and any(isinstance(c, dict) and c.get("type") == "tool_result" for c in m["content"])
        done = any(has_result(m) for m in b.get("messages", []))
        want = names and not done and (b.get("tool_choice") or {}).get("type") != "none" and not model.startswith("stub-text")
        nm = pick([n for n in names if n]); n = 2 if model.startswith("stub-parallel") else 1
        cont = [{"type": "tool_use", "id": f"toolu_stub{i}", "name": nm, "input": tool_args(nm)} for i in range(1, n + 1)] if want else [{"type": "text", "text": "hello from stub"}]
        stop = "tool_use" if want else "max_tokens" if model == "stub-maxtokens" else "refusal" if model == "stub-refusal" else "end_turn"
        usage = {"input_tokens": 36, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 64, "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}, "output_tokens": 20, "service_tier": "standard"}
        hdr = {"request-id": "req_stub1", "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49", "anthropic-ratelimit-requests-reset": "2026-11-20T22:00:00Z", "anthropic-ratelimit-input-tokens-limit": "30000", "anthropic-ratelimit-input-tokens-remaining": "29900", "anthropic-ratelimit-input-tokens-reset": "2026-11-20T22:00:00Z", "anthropic-ratelimit-output-tokens-limit": "8000", "anthropic-ratelimit-output-tokens-remaining": "7980", "anthropic-ratelimit-output-tokens-reset": "2026-11-20T22:00:00Z", "anthropic-organization-id": "org-stub"}
        msg = {"id": "msg_stub1", "type": "message", "role": "assistant", "model": model, "content": cont, "stop_reason": stop, "stop_sequence": None, "usage": usage}
        if not b.get("stream"): return self.js(200, msg, hdr)
        self.sse_begin(hdr); e = lambda t, **k: self.ev({"type": t, **k}, t)
        e("message_start", message={**msg, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}})
        self.ev({"type": "ping"}, "ping")
        for i, c in enumerate(cont):
            if c["type"] == "text":
                e("content_block_start", index=i, content_block={"type": "text", "text": ""})
                for w in re.findall(r"\S+\s*", c["text"]): e("content_block_delta", index=i, delta={"type": "text_delta", "text": w})
            else:
                e("content_block_start", index=i, content_block={**c, "input": {}})
                a = json.dumps(c["input"]); e("content_block_delta", index=i, delta={"type": "input_json_delta", "partial_json": ""})
                for j in range(0, len(a), 12): e("content_block_delta", index=i, delta={"type": "input_json_delta", "partial_json": a[j:j + 12]})
            if model == "stub-midstream": e("error", error={"type": "overloaded_error", "message": "Overloaded"}); return self.sse_end()
            e("content_block_stop", index=i)
        e("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage={"input_tokens": 36, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 64, "output_tokens": 20})
        e("message_stop"); self.sse_end()
    # ---- Gemini
    def gemini(self, b, model, op):
        if self.fault(model, "gem"): return
        if op == "countTokens": return self.js(200, {"totalTokens": 42})
        names = [f["name"] for t in b.get("tools") or [] for f in t.get("functionDeclarations", [])]
        done = any("functionResponse" in p for c in b.get("contents", []) for p in c.get("parts", []))
        want = names and not done and not model.startswith("stub-text")
        parts = [{"functionCall": {"id": "fc1", "name": pick(names), "args": tool_args(pick(names))}, "thoughtSignature": "c3R1Yg=="}] if want else [{"text": "hello from stub"}]
        um = {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 128, "cachedContentTokenCount": 64, "thoughtsTokenCount": 8, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 100}]}
        r = lambda ps, f=None, u=None: {"candidates": [{"content": {"role": "model", "parts": ps}, "index": 0, **({"finishReason": f} if f else {})}], **({"usageMetadata": u} if u else {}), "modelVersion": model, "responseId": "stub1"}
        fin = "MAX_TOKENS" if model == "stub-maxtokens" else "SAFETY" if model == "stub-refusal" else "STOP"
        if op == "generateContent": return self.js(200, r(parts, fin, um))
        self.sse_begin()
        if want: self.ev(r(parts, fin, um))
        else:
            ws = re.findall(r"\S+\s*", parts[0]["text"])
            for i, w in enumerate(ws): self.ev(r([{"text": w}], fin if i == len(ws) - 1 else None, um))
        self.sse_end()
if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 4011
    s = ThreadingHTTPServer(("127.0.0.1", port), H); s.daemon_threads = True; s.serve_forever()
