# Origin: Belay's study of model providers (llm-counterparts), where it was checked against the official clients.
"""Scripted LiteLLM custom provider: text or tool calls, streaming and not, no network. Model name picks the behaviour."""
import json, time
from litellm import CustomLLM, ModelResponse
from litellm.types.utils import GenericStreamingChunk, Message, Choices, Usage, ChatCompletionMessageToolCall, Function
def plan(model, messages, kw):
    tools = (kw.get("optional_params") or {}).get("tools") or []
    done = any(m.get("role") == "tool" for m in messages)
    if "tool" in model and tools and not done:
        return None, [("call_scripted_1", tools[0]["function"]["name"], json.dumps({"command": "echo from-litellm"}))]
    return "scripted reply from litellm", []
class Scripted(CustomLLM):
    def _resp(self, model, messages, kw):
        t, calls = plan(model, messages, kw)
        tc = [ChatCompletionMessageToolCall(id=i, type="function", function=Function(name=n, arguments=a)) for i, n, a in calls] or None
        return ModelResponse(model=model, created=int(time.time()), choices=[Choices(index=0, finish_reason="tool_calls" if calls else "stop", message=Message(role="assistant", content=t, tool_calls=tc))], usage=Usage(prompt_tokens=100, completion_tokens=20, total_tokens=120))
    def completion(self, *a, **k): return self._resp(k["model"], k["messages"], k)
    async def acompletion(self, *a, **k): return self._resp(k["model"], k["messages"], k)
    def _chunks(self, k):
        t, calls = plan(k["model"], k["messages"], k); u = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        def c(text="", tool=None, fin=False, reason="", usage=None): return GenericStreamingChunk(text=text, tool_use=tool, is_finished=fin, finish_reason=reason, usage=usage, index=0)
        for w in (t or "").split(): yield c(w + " ")
        for n, (i, nm, a) in enumerate(calls):
            yield c(tool={"id": i, "type": "function", "function": {"name": nm, "arguments": ""}, "index": n})
            for j in range(0, len(a), 10): yield c(tool={"id": None, "type": "function", "function": {"name": None, "arguments": a[j:j + 10]}, "index": n})
        yield c(fin=True, reason="tool_calls" if calls else "stop", usage=u)
    def streaming(self, *a, **k): yield from self._chunks(k)
    async def astreaming(self, *a, **k):
        for x in self._chunks(k): yield x
scripted = Scripted()
