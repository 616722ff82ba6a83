"""The local tool of `wire.rs` as the official SDK for Python has it: without sessions, with JSON answers."""

import socket

import uvicorn
from mcp.server.mcpserver import MCPServer

server = MCPServer("wire", log_level="WARNING")


@server.tool()
def greet(name: str) -> str:
    """Says hello"""
    return f"Hello, {name}!"


listener = socket.create_server(("127.0.0.1", 0))
# A host that is not loopback switches the check of `Host` off, as in the other servers of this benchmark.
app = server.streamable_http_app(json_response=True, stateless_http=True, host="0.0.0.0")
print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
