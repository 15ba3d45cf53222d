"""Push services: one that only takes what it is sent, and one that a real browser connects to, as browsers do with that of their maker."""

import asyncio
import base64
import contextlib
import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websockets

from program import free_port


@dataclass
class Push:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """Takes pushes over HTTP; whoever listens is told of each."""

    port: int
    taken: list[Push] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, push: Push) -> int:
        self.taken.append(push)
        return 201


@dataclass
class BrowsersService(PushService):
    """Hands what it takes to the browser that subscribed, over the WebSocket that Firefox keeps open."""

    line_port: int = field(default_factory=free_port)
    channels: dict[str, str] = field(default_factory=dict)
    lines: list[websockets.ServerConnection] = field(default_factory=list)

    def take(self, push: Push) -> int:
        channel = self.channels.get(push.path)
        if channel is None:
            return 410
        status = super().take(push)
        self.loop.call_soon_threadsafe(lambda: self.loop.create_task(self.hand_over(channel, push)))
        return status

    async def hand_over(self, channel: str, push: Push) -> None:
        data = base64.urlsafe_b64encode(push.body).decode().rstrip("=")
        frame = {
            "messageType": "notification", "channelID": channel, "version": str(uuid.uuid4()), "data": data,
            "headers": {"encoding": push.headers["content-encoding"]},
        }
        for line in self.lines:
            await line.send(json.dumps(frame))

    async def serve_browser(self, line: websockets.ServerConnection) -> None:
        self.lines.append(line)
        try:
            async for text in line:
                frame = json.loads(text)
                if answer := self.answer(frame):
                    await line.send(json.dumps(answer))
        finally:
            self.lines.remove(line)

    def answer(self, frame: dict[str, str]) -> dict[str, object] | None:
        match frame.get("messageType"):
            case "hello":
                return {"messageType": "hello", "uaid": uuid.uuid4().hex, "status": 200, "use_webpush": True}
            case "register":
                path = f"/push/{uuid.uuid4().hex}"
                self.channels[path] = frame["channelID"]
                address = {"channelID": frame["channelID"], "pushEndpoint": self.origin + path}
                return {"messageType": "register", "status": 200, **address}
            case "unregister":
                self.channels = {path: channel for path, channel in self.channels.items() if channel != frame["channelID"]}
                return {"messageType": "unregister", "status": 200, "channelID": frame["channelID"]}
            case "ping":
                return {}
        return None

    async def run(self, started: threading.Event) -> None:
        self.loop, self.is_over = asyncio.get_running_loop(), asyncio.Event()
        async with websockets.serve(self.serve_browser, "127.0.0.1", self.line_port):
            started.set()
            await self.is_over.wait()


@contextlib.contextmanager
def open_service() -> Iterator[PushService]:
    service = PushService(free_port())
    with listening(service):
        yield service


@contextlib.contextmanager
def open_browsers_service() -> Iterator[BrowsersService]:
    service = BrowsersService(free_port())
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(service.run(started)))
    thread.start()
    assert started.wait(10)
    try:
        with listening(service):
            yield service
    finally:
        service.loop.call_soon_threadsafe(service.is_over.set)
        thread.join()


@contextlib.contextmanager
def listening(service: PushService) -> Iterator[None]:
    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(service.take(Push(urlsplit(self.path).path, headers, body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", service.port), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
