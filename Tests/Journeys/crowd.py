"""Many visitors at once. They need no browser of their own, only a loop beside the one that drives the browsers."""

import asyncio
import random
import threading
from collections.abc import Sequence

import village
from program import Program
from talkers import Visitor, widget_of

ENTER_LIMIT_SECONDS = 30
# For each of a large one.
ONE_ENTERS_SECONDS = 0.2


class Crowd:
    def __init__(self, program: Program, website: village.Website, names: Sequence[str], at_once: int = 1) -> None:
        """`at_once`: how many come in together; one after the other wait in the order of their names."""
        self.program, self.website, self.names, self.at_once = program, website, names, at_once
        self.are_in = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.stay()))

    def enter(self) -> None:
        """Everybody has sent the form and written one message when this returns."""
        self.thread.start()
        assert self.are_in.wait(ENTER_LIMIT_SECONDS + len(self.names) * ONE_ENTERS_SECONDS), "the crowd did not get in"

    def leave(self) -> None:
        self.loop.call_soon_threadsafe(self.is_over.set)
        self.thread.join()

    async def stay(self) -> None:
        self.loop, self.is_over = asyncio.get_running_loop(), asyncio.Event()
        dice = random.Random(7)
        widget = widget_of(self.program, self.website)
        visitors = [Visitor(name, self.program, dice, self.website, widget) for name in self.names]
        for first in range(0, len(visitors), self.at_once):
            await asyncio.gather(*(self.say_hello(visitor) for visitor in visitors[first : first + self.at_once]))
        self.are_in.set()
        await self.is_over.wait()
        for visitor in visitors:
            await visitor.close()

    async def say_hello(self, visitor: Visitor) -> None:
        visitor.write(await visitor.enter(), f"Here is {visitor.name}.")
        while visitor.waits:
            await asyncio.sleep(0.01)
