"""Many who come back at the same moment."""

import asyncio
import json
import os
import random
from collections import Counter

from faults import fragile
from talkers import widget_of
from websockets.asyncio.client import ClientConnection, connect

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
    keys = [f"{random.getrandbits(128):032x}" for _ in range(CLIENTS)]
    doors = asyncio.Semaphore(100)
    lines = await asyncio.gather(*(comes(program, widget, key, doors) for key in keys))
    stopping = asyncio.create_task(asyncio.to_thread(program.stop))
    told = Counter(await asyncio.gather(*(goes(line) for line in lines)))
    assert await stopping < 5
    # As many seconds as there are thousands, and a moment's inaccuracy where the loops do not share them evenly.
    [(code, _)] = Counter({code for code, _ in told}).items()
    assert code == 1001
    seconds = {int(reason) for _, reason in told}
    wanted = -(-CLIENTS // 1000)
    assert seconds <= {wanted, wanted + 1, max(wanted - 1, 1)}, told
    program.launch()
    await asyncio.to_thread(program.wait_until_healthy)
    back = await asyncio.gather(*(returns(program, widget, key, max(seconds), doors) for key in keys))
    assert len(back) == CLIENTS
    await asyncio.gather(*(line.close() for line in back))


async def comes(program: Program, widget: str, key: str, doors: asyncio.Semaphore) -> ClientConnection:
    origin = f"http://{village.HARBOUR.host}:{program.port}"
    async with doors:
        line = await connect(
            f"ws://{village.FRONT}:{program.port}/live", host="127.0.0.1", port=program.port, origin=origin,  # type: ignore[arg-type]
            ping_interval=None, open_timeout=60, close_timeout=1, proxy=None, compression=None,
        )
        await line.send(json.dumps({"do": "hello", "protocol": 1, "site": widget, "key": key}))
        assert json.loads(await line.recv())["event"] == "Welcome"
    return line


async def goes(line: ClientConnection) -> tuple[int | None, str]:
    async for text in line:
        if json.loads(text)["event"] == "Ping":
            await line.send('{"do":"pong"}')
    return line.close_code, line.close_reason or ""


async def returns(program: Program, widget: str, key: str, seconds: int, doors: asyncio.Semaphore) -> ClientConnection:
    await asyncio.sleep(random.uniform(0, seconds))
    while True:
        try:
            return await comes(program, widget, key, doors)
        except OSError:
            await asyncio.sleep(random.uniform(0, 0.5))
