"""Calls the tools of `belay mcp` with the protocol's own Python client, in both eras.

python mcp_client.py BELAY LAB
"""
import json
import sys

import anyio
from mcp import Client, ClientSession, StdioServerParameters, stdio_client


def check(condition, what):
    if not condition:
        sys.exit(f"mcp: {what}")


def said(result):
    return json.loads(result.content[0].text)


async def use(client, names, era):
    check({"log", "status", "leaderboard", "gate_explain", "sql"} <= names, f"{era}: tools are missing: {names}")
    check("run" not in names and "promote" not in names, f"{era}: a tool that writes")
    runs = await client.call_tool("log", {})
    check(not runs.is_error, f"{era}: log failed: {runs}")
    check(said(runs)["schema"] == "belay.runs/1", f"{era}: not the envelope")
    check(runs.structured_content == said(runs), f"{era}: the two forms differ")
    hidden = await client.call_tool("sql", {"statement": "select command from run"})
    check(all(row["command"] is None for row in said(hidden)["items"]), f"{era}: text is not withheld")
    shown = said(await client.call_tool("sql", {"statement": "select command from run", "content": True}))
    fence = shown["untrusted"]["fence"]
    check(all(row["command"].startswith(f"<untrusted {fence}>") for row in shown["items"]), f"{era}: no fence")
    ask = {"statement": "select id from run", "limit": 1}
    first = said(await client.call_tool("sql", ask))
    second = said(await client.call_tool("sql", dict(ask, cursor=first["next"])))
    check(first["items"] != second["items"], f"{era}: the cursor leads nowhere")
    wrong = await client.call_tool("show", {"what": "c999999"})
    check(wrong.is_error and said(wrong)["error"]["kind"] == "not_found", f"{era}: no error envelope: {wrong}")
    # Many at once, one of them slow enough to be overtaken.
    slow = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500000) select max(i) from n"
    async with anyio.create_task_group() as group:
        group.start_soon(client.call_tool, "sql", {"statement": slow})
        for _ in range(12):
            group.start_soon(client.call_tool, "log", {})
    print(f"counterpart: {era}: {len(names)} tools, calls, cursors, fences, errors")


async def main(belay, lab):
    server = StdioServerParameters(command=belay, args=["mcp", "--lab", lab])
    async with Client(server) as client:
        tools = await client.list_tools()
        check(all(tool.annotations.read_only_hint for tool in tools.tools), "a tool without readOnlyHint")
        await use(client, {tool.name for tool in tools.tools}, "stateless")
    async with Client(server, mode="legacy") as client:
        tools = await client.list_tools()
        await use(client, {tool.name for tool in tools.tools}, "greeted")


anyio.run(main, sys.argv[1], sys.argv[2])
