"""Loss rounds: a burst from both sides, kill -9 at a random moment, restart, resume; then the oracle.

    .venv/bin/python Tests/Rounds/rounds.py --engine sqlite --rounds 100 [--seed 7]
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import village
from oracle import losses
from private_postgres import PrivatePostgres
from program import Program
from talkers import Agent, Talker, Visitor, widget_of

ENGINES = ("sqlite", "postgres")
SETTLE_LIMIT_SECONDS = 45


class Lost(AssertionError):
    """A round that found something; its words name the seed that repeats it."""


@contextlib.contextmanager
def running(engine: str, options: Sequence[str] = ()) -> Iterator[Program]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-rounds-")))
        database = stack.enter_context(PrivatePostgres()).new_database() if engine == "postgres" else None
        program = Program(folder, database, [*village.UNHURRIED, *options])
        program.start()
        try:
            yield program
        finally:
            if program.runs:
                program.kill()


def play(program: Program, rounds: int, seed: int) -> str:
    """Plays rounds with the seeds that follow `seed` on one data folder; answers a line about what was done."""
    totals = {"messages": 0, "kills": 0, "reconnects": 0}
    for number in range(seed, seed + rounds):
        try:
            done = asyncio.run(one_round(program, number))
            program.doctor()
        except Exception as failure:
            raise Lost(f"seed {number}: {type(failure).__name__} {failure}\nthe program's log ends with\n{program.log_end()}") from failure
        for key, value in done.items():
            totals[key] += value
    return f"{rounds} rounds from seed {seed}: " + ", ".join(f"{value} {key}" for key, value in totals.items()) + ", nothing lost"


async def one_round(program: Program, seed: int) -> dict[str, int]:
    dice = random.Random(seed)
    website = village.HARBOUR
    widget = widget_of(program, website)
    agents = [Agent(person, program, dice) for person in dice.sample([village.CLARA, village.BRUNO], dice.choice([1, 1, 2]))]
    visitors = [Visitor(f"Guest{seed}x{place}", program, dice, website, widget) for place in range(dice.randint(1, 3))]
    talkers: list[Talker] = [*agents, *visitors]
    try:
        async with asyncio.timeout(SETTLE_LIMIT_SECONDS):
            topics = [await visitor.enter() for visitor in visitors]
            for agent in agents:
                for topic in topics:
                    await agent.join(topic)
            bursts = [asyncio.create_task(burst(talker, topics, dice)) for talker in talkers]
            kills = dice.choice([1, 1, 2])
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0, 0.4))
                program.kill()
                await asyncio.sleep(dice.uniform(0, 0.2))
                program.launch()
                await asyncio.to_thread(program.wait_until_healthy)
            await asyncio.gather(*bursts)
            await settled(talkers, topics)
        found = [f"{topic}: {loss}" for topic in topics for loss in await asyncio.to_thread(losses, talkers, topic)]
        if found:
            raise Lost("\n".join(found))
        sent = sum(len(outbox.acknowledged) for talker in talkers for outbox in talker.outboxes.values())
        return {"messages": sent, "kills": kills, "reconnects": sum(talker.line.connections - 1 for talker in talkers)}
    finally:
        for talker in talkers:
            await talker.close()


async def burst(talker: Talker, topics: list[str], dice: random.Random) -> None:
    mine = [talker.topic] if isinstance(talker, Visitor) else topics
    for place in range(dice.randint(15, 40)):
        talker.write(dice.choice(mine), f"{talker.name} says {place}")
        await asyncio.sleep(dice.choice([0, 0, 0, 0.005, 0.02, 0.05]))


async def settled(talkers: list[Talker], topics: list[str]) -> None:
    """Everything is acknowledged, and all readers of a conversation hold the same head for a while."""
    quiet_since = time.monotonic()
    while True:
        for talker in talkers:
            if talker.line.broken:
                raise talker.line.broken
        heads = [{talker.logs[topic].held for talker in talkers if topic in talker.logs} for topic in topics]
        if any(talker.waits for talker in talkers) or any(len(head) > 1 for head in heads):
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > 0.5:
            return
        await asyncio.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"{asked.engine}: {asked.rounds} rounds from seed {asked.seed}", flush=True)
    with running(asked.engine) as program:
        print(f"{asked.engine}: {play(program, asked.rounds, asked.seed)}", flush=True)


if __name__ == "__main__":
    main()
