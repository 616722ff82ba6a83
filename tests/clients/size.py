"""The size of `tools/list` as a rendered server sends it, and as `mcpgen spec check` says it is."""

import json
import subprocess
import urllib.request

from plan import same

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "size", "version": "0"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def check(mcpgen, folder, url, key):
    """Fails unless both are the same number of bytes; says how many."""
    run = subprocess.run([mcpgen, "spec", "check", "--json", folder], capture_output=True, text=True, check=True)
    told = json.loads(run.stdout)["files"][0]["tools_list"]
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/list",
        **({"Authorization": f"Bearer {key}"} if key else {}),
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read().decode()
    # The array as it was sent, and not as another program would write it.
    start = text.index('"tools":[') + len('"tools":')
    tools, end = json.JSONDecoder().raw_decode(text, start)
    same("tools that have a size", {tool["name"] for tool in told["tools"]}, {tool["name"] for tool in tools})
    same("bytes of `tools/list`", told["bytes"], len(text[start:end].encode()))
    return f"`tools/list` has {told['bytes']} bytes, as `mcpgen spec check` says"
