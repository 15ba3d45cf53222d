"""Many visitors at once. They need no browser of their own, only a loop beside the one that drives the browsers."""

import asyncio
import random
import threading
from collections.abc import Sequence

import village
from program import Program
from talkers import Visitor, widget_of

ENTER_LIMIT_SECONDS = 30


class Crowd:
    def __init__(self, program: Program, website: village.Website, names: Sequence[str]) -> None:
        self.program, self.website, self.names = program, website, names
        self.are_in = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.stay()))

    def enter(self) -> None:
        """Everybody has sent the form and written one message when this returns."""
        self.thread.start()
        assert self.are_in.wait(ENTER_LIMIT_SECONDS), "the crowd did not get in"

    def leave(self) -> None:
        self.loop.call_soon_threadsafe(self.is_over.set)
        self.thread.join()

    async def stay(self) -> None:
        self.loop, self.is_over = asyncio.get_running_loop(), asyncio.Event()
        dice = random.Random(7)
        widget = widget_of(self.program, self.website)
        visitors = [Visitor(name, self.program, dice, self.website, widget) for name in self.names]
        for visitor in visitors:
            visitor.write(await visitor.enter(), f"Here is {visitor.name}.")
            while visitor.waits:
                await asyncio.sleep(0.01)
        self.are_in.set()
        await self.is_over.wait()
        for visitor in visitors:
            await visitor.close()
