"""Many who come back at the same moment."""

import asyncio
import contextlib
import json
import os
import random
from collections import Counter

from faults import fragile
from talkers import widget_of
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

import village
from program import Program

# bin/soak brings 10,000.
CLIENTS = int(os.environ.get("PARLEY_CLIENTS") or 600)


def test_everybody_comes_back() -> None:
    """E74: when the server restarts, many clients are told over how many seconds to spread, and all of them are back."""
    with fragile() as program:
        asyncio.run(asyncio.wait_for(leave_and_return(program), 240))


async def leave_and_return(program: Program) -> None:
    widget = widget_of(program, village.HARBOUR)
    doors = asyncio.Semaphore(100)
    clients = [Client(program, widget, doors) for _ in range(CLIENTS)]
    await asyncio.gather(*(client.is_here.wait() for client in clients))
    assert await asyncio.to_thread(program.stop) < 5
    while any(client.is_here.is_set() for client in clients):
        await asyncio.sleep(0.05)
    told = Counter(client.told for client in clients)
    # As many seconds as there are thousands, and a moment's inaccuracy where the loops do not share them evenly.
    wanted = -(-CLIENTS // 1000)
    assert {code for code, _ in told} == {1001}, told
    assert {int(reason) for _, reason in told} <= {max(wanted - 1, 1), wanted, wanted + 1}, told
    program.launch()
    await asyncio.to_thread(program.wait_until_healthy)
    await asyncio.gather(*(client.is_here.wait() for client in clients))
    for client in clients:
        client.task.cancel()


class Client:
    """Somebody with the page open: says hello, answers pings, and comes back as docs/protocol.md says."""

    def __init__(self, program: Program, widget: str, doors: asyncio.Semaphore) -> None:
        self.program, self.doors = program, doors
        self.hello = json.dumps({"do": "hello", "protocol": 1, "site": widget, "key": f"{random.getrandbits(128):032x}"})
        self.is_here = asyncio.Event()
        self.told: tuple[int | None, str] = (None, "")
        self.task = asyncio.create_task(self.live())

    async def live(self) -> None:
        while True:
            spread = 0.5
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                # So many connect at once from this machine; on the net each has one of its own.
                async with self.doors:
                    line = await self.comes()
                self.is_here.set()
                async for text in line:
                    if '"Ping"' in str(text):
                        await line.send('{"do":"pong"}')
                self.told = (line.close_code, line.close_reason or "")
                spread = float(self.told[1] or spread)
            self.is_here.clear()
            await asyncio.sleep(random.uniform(0, spread))

    async def comes(self) -> ClientConnection:
        port = self.program.port
        line = await connect(
            f"ws://{village.FRONT}:{port}/live", host="127.0.0.1", port=port,
            origin=f"http://{village.HARBOUR.host}:{port}",  # type: ignore[arg-type]
            ping_interval=None, open_timeout=20, close_timeout=1, proxy=None, compression=None,
        )
        await line.send(self.hello)
        assert json.loads(await line.recv())["event"] == "Welcome"
        return line
