"""Meets `firstmile mcp` with the protocol's own client.

FIRSTMILE_MCP_BIN names a program with the feature `mcp`.
"""

from __future__ import annotations

import asyncio
import json
import os

import pytest
from test_firstmile import FIXTURES

mcp = pytest.importorskip("mcp")
PROGRAM = os.environ.get("FIRSTMILE_MCP_BIN")


@pytest.mark.skipif(not PROGRAM, reason="FIRSTMILE_MCP_BIN names no program with the feature mcp")
def test_a_client_lists_the_tools_and_calls_each():
    from mcp.client.stdio import stdio_client

    async def talk():
        server = mcp.StdioServerParameters(command=PROGRAM, args=["mcp", str(FIXTURES / "races")])
        async with stdio_client(server) as streams, mcp.ClientSession(*streams) as session:
            await session.initialize()
            tools = [tool.name for tool in (await session.list_tools()).tools]

            async def call(name, **arguments):
                return (await session.call_tool(name, arguments)).content[0].text

            runs = json.loads(await call("list_runs", limit=1))["runs"]
            assert runs[0]["name"] == "Ridgeway Ultra 50 km"
            assert json.loads(await call("show_run", run=runs[0]["run"]))["distance_m"] == 50000.0
            assert json.loads(await call("history"))["schema"] == "firstmile-history/1"
            assert json.loads(await call("plan", course="marathon", goal="3:45:00"))["schema"] == "firstmile-plan/1"
            assert "went out too fast" in await call("explain_rule", id="START-01")
            assert "choose one of" in await call("plan", course="moon")
            return tools

    tools = asyncio.run(asyncio.wait_for(talk(), timeout=60))
    assert tools == ["list_runs", "show_run", "history", "plan", "explain_rule"]
