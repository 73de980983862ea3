"""The official `openai` client, asynchronous: CALLS at once, ROUNDS times, against a server on PORT.

Prints CPU microseconds and resident bytes of one call, as bench-calls does."""
import asyncio, os, resource, sys

import httpx, openai

port, calls, rounds = (int(word) for word in sys.argv[1:4])


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main():
    http = httpx.AsyncClient(limits=httpx.Limits(max_connections=None, max_keepalive_connections=calls), timeout=60)
    client = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="sk-bench", http_client=http, max_retries=0)
    messages = [{"role": "user", "content": "x" * 8000}]

    async def one():
        reply = await client.chat.completions.create(model="m", messages=messages)
        assert reply.choices[0].finish_reason == "stop"

    await one()
    before, start, most = resident(), cpu(), 0
    for _ in range(rounds):
        tasks = [asyncio.create_task(one()) for _ in range(calls)]
        while not any(task.done() for task in tasks):
            await asyncio.sleep(0.05)
            most = max(most, resident())
        await asyncio.gather(*tasks)
    print(f"{(cpu() - start) * 1e6 / calls / rounds:.2f} {(most - before) // calls}")


asyncio.run(main())
