"""What the fault tests share: talkers under load while something breaks, and the oracle of the loss rounds afterwards."""

import asyncio
import contextlib
import os
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path


import village
from oracle import losses
from private_postgres import PrivatePostgres
from program import Program, ProgramFailed
from rounds import Lost
from talkers import Agent, Talker, Visitor, widget_of
from wire import Frame

# What the oracle needs beside the tests' own waiting: a machine may stand still for a while.
PATIENCE_SECONDS = 90


@dataclass
class Fragile(Program):
    """The program with the orders to fail, the limits and the libraries that a test wants for its next start."""

    environment: dict[str, str] = field(default_factory=dict)
    open_files: int | None = None

    def wrapped(self, command: list[str]) -> list[str]:
        files = ["prlimit", f"--nofile={self.open_files}:{self.open_files}"] if self.open_files else []
        surroundings = ["env", *(f"{name}={value}" for name, value in self.environment.items())] if self.environment else []
        # Fail points wake in development alone.
        return [*surroundings, *files, *super().wrapped([*command, *([] if "--dev" in command else ["--dev"])])]

    def ordered(self, *orders: str) -> None:
        """What fails after the next start."""
        self.environment["PARLEY_FAIL"] = ",".join(orders)


@contextlib.contextmanager
def fragile(engine: str = "sqlite", options: Sequence[str] = (), folder: Path | None = None, **how: object) -> Iterator[Fragile]:
    with contextlib.ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-faults-")))
        database = stack.enter_context(PrivatePostgres()).new_database() if engine == "postgres" else None
        program = Fragile(place, database, [*village.UNHURRIED, *options], **how)  # type: ignore[arg-type]
        program.start()
        try:
            yield program
        finally:
            if program.runs:
                program.kill()


class Company:
    """Visitors and agents in the same chats, who say more and more until they are told to stop."""

    def __init__(self, program: Program, dice: random.Random, visitors: int = 2, agents: int = 1) -> None:
        self.program, self.dice = program, dice
        widget = widget_of(program, village.HARBOUR)
        people = [village.CLARA, village.BRUNO][:agents]
        self.agents = [Agent(person, program, dice) for person in people]
        name = f"Guest{dice.getrandbits(40)}x"
        self.visitors = [Visitor(f"{name}{place}", program, dice, village.HARBOUR, widget) for place in range(visitors)]
        self.topics: list[str] = []
        self.said = 0
        self.reasons: Counter[str] = Counter()
        for talker in self.talkers:
            talker.longest_wait, talker.one_at_a_time = 0.5, True
            self.overhear(talker)

    @property
    def talkers(self) -> list[Talker]:
        return [*self.agents, *self.visitors]

    def overhear(self, talker: Talker) -> None:
        """Counts why something was refused, whatever the talker makes of it."""

        def heard(frame: Frame) -> None:
            if frame["event"] == "Refused":
                self.reasons[frame["reason"]] += 1
            talker.on_event(frame)

        talker.line.on_event = heard

    async def gather(self) -> None:
        self.topics = [await visitor.enter() for visitor in self.visitors]
        for agent in self.agents:
            for topic in self.topics:
                await agent.join(topic)

    def say(self, talker: Talker, before: str = "") -> None:
        topic = talker.topic if isinstance(talker, Visitor) else self.dice.choice(self.topics)
        talker.write(topic, f"{before}{talker.name} says {self.said}")
        self.said += 1

    async def talk(self, pause: float = 0.01) -> None:
        """Until cancelled. What waits to go out is bounded, as people are."""
        while True:
            talker = self.dice.choice(self.talkers)
            if sum(len(outbox.waiting) for outbox in talker.outboxes.values()) < 60:
                self.say(talker)
            await asyncio.sleep(self.dice.choice([0, pause, 2 * pause]))

    @property
    def acknowledged(self) -> int:
        return sum(len(outbox.acknowledged) for talker in self.talkers for outbox in talker.outboxes.values())

    async def settle(self) -> None:
        """Everything is acknowledged, and everybody holds all of it."""
        quiet = 0
        while quiet < 15:
            for talker in self.talkers:
                if talker.line.broken:
                    raise talker.line.broken
            heads = [{talker.logs[topic].held for talker in self.talkers if topic in talker.logs} for topic in self.topics]
            restless = any(talker.waits for talker in self.talkers) or any(len(head) > 1 for head in heads)
            quiet = 0 if restless else quiet + 1
            await asyncio.sleep(0.02)

    def check(self) -> None:
        found = [f"{topic}: {loss}" for topic in self.topics for loss in losses(self.talkers, topic)]
        if found:
            raise Lost("\n".join(found[:20]))
        self.program.doctor()

    async def leave(self) -> None:
        for talker in self.talkers:
            await talker.close()


Deed = Callable[[Company], Awaitable[None]]


def suffer(program: Program, seed: int, deed: Deed, visitors: int = 2, agents: int = 1) -> Company:
    """Talks, lets `deed` break something meanwhile, and counts when everything is quiet. A failure names the seed that repeats it."""

    reasons: Counter[str] = Counter()

    async def story() -> Company:
        company = Company(program, random.Random(seed), visitors, agents)
        company.reasons = reasons
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await company.gather()
                talking = asyncio.create_task(company.talk())
                try:
                    await deed(company)
                finally:
                    talking.cancel()
                await company.settle()
            await asyncio.to_thread(company.check)
            return company
        finally:
            await company.leave()

    try:
        return asyncio.run(story())
    except Exception as failure:
        raise Lost(f"seed {seed}: {type(failure).__name__} {failure}\nrefused: {dict(reasons)}\nthe program's log ends with\n{program.log_end()}") from failure


async def dies(program: Program) -> None:
    """Waits until the program has died of its orders."""
    while program.runs:
        await asyncio.sleep(0.01)


async def starts(program: Fragile) -> None:
    program.launch()
    try:
        await asyncio.to_thread(program.wait_until_healthy)
    except ProgramFailed:
        # It may meet its order before anybody has asked it whether it is well.
        if program.runs or not program.environment.get("PARLEY_FAIL"):
            raise


def seed_of_today() -> int:
    """Fresh, or PARLEY_SEED."""
    return int(os.environ.get("PARLEY_SEED") or random.SystemRandom().randrange(1_000_000))
