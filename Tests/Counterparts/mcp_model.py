"""A scripted model in Anthropic's and OpenAI's forms: calls the tool `log` once, then repeats what it said.

python mcp_model.py PORT
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b"{}", "application/json")

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self, events):
        text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        self.answer(text.encode(), "text/event-stream")

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        if self.path.split("?")[0].endswith("/messages"):
            self.events(self.anthropic(body))
        elif self.path.endswith("/responses"):
            self.events(self.openai(body))
        else:
            self.answer(b'{"input_tokens": 1}', "application/json")

    @staticmethod
    def verdict(seen):
        return "SEEN belay.runs/1" if "belay.runs/1" in seen else "NOTHING SEEN"

    def anthropic(self, body):
        names = [tool["name"] for tool in body.get("tools", [])]
        name = next((name for name in names if name.startswith("mcp__belay__") and name.endswith("__log")), None)
        results = [
            part
            for message in body["messages"]
            if isinstance(message["content"], list)
            for part in message["content"]
            if part.get("type") == "tool_result"
        ]
        if name and not results:
            block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
            delta, stop = {"type": "input_json_delta", "partial_json": "{}"}, "tool_use"
        else:
            block = {"type": "text", "text": ""}
            delta = {"type": "text_delta", "text": self.verdict(json.dumps(results))}
            stop = "end_turn"
        usage = {"input_tokens": 10, "output_tokens": 10}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": body.get("model"), "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": usage}
        yield {"type": "message_start", "message": message}
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        yield {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage}
        yield {"type": "message_stop"}

    def openai(self, body):
        results = [item for item in body["input"] if item.get("type") == "function_call_output"]
        spaces = [tool["name"] for tool in body.get("tools", []) if tool.get("type") == "namespace"]
        if not results and any("belay" in name for name in spaces):
            name = next(name for name in spaces if "belay" in name)
            item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "namespace": name, "name": "log",
                    "arguments": "{}", "status": "completed"}
        else:
            text = {"type": "output_text", "text": self.verdict(json.dumps(results)), "annotations": []}
            item = {"type": "message", "id": "m_1", "role": "assistant", "status": "completed", "content": [text]}
        whole = {"id": "resp_1", "object": "response", "status": "completed", "model": body.get("model"),
                 "output": [item],
                 "usage": {"input_tokens": 10, "output_tokens": 10, "total_tokens": 20}}
        yield {"type": "response.created", "response": dict(whole, status="in_progress", output=[])}
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": "response.completed", "response": whole}


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Model).serve_forever()
