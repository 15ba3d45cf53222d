"""Faults of the bus and of the database between two nodes that talk all the time; then the oracle of the loss rounds.

    .venv/bin/python Tests/Nodes/node_faults.py --bus nats --rounds 10 --seconds 30 [--seed 7]
"""

import argparse
import asyncio
import random
import sys
import threading
import time
from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here.parent), str(here.parent / "Rounds"), str(here)]

from cluster import BUSES, Cluster, running
from oracle import losses
from rounds import Lost, settled
from talkers import Agent, Talker, Visitor, widget_of

import village

SETTLE_LIMIT_SECONDS = 60
# What somebody writes ahead of what was acknowledged.
WAITING_LIMIT = 30
# The connections by which the nodes tell each other; those of the store are left alone.
BUS_CONNECTIONS = "query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%'"


def bus_dead(cluster: Cluster, seconds: float) -> None:
    """Nothing goes through, and nobody can connect."""
    if cluster.way:
        cluster.way.is_dead = True
        cluster.way.cut()
        time.sleep(seconds)
        cluster.way.is_dead = False
    else:
        again_and_again(seconds, 0.05, lambda: cut(cluster, BUS_CONNECTIONS))


def bus_slow(cluster: Cluster, seconds: float) -> None:
    """Every piece of the bus comes late, or the connections are cut now and then where nothing stands between."""
    if cluster.way:
        cluster.way.delay_seconds = 0.3
        time.sleep(seconds)
        cluster.way.delay_seconds = 0
    else:
        again_and_again(seconds, 0.7, lambda: cut(cluster, BUS_CONNECTIONS))


def bus_cut(cluster: Cluster, seconds: float) -> None:
    """The connections of the bus end in the middle of whatever they carry, again and again."""
    again_and_again(seconds, 0.5, cluster.way.cut if cluster.way else lambda: cut(cluster, BUS_CONNECTIONS))


def database_cut(cluster: Cluster, seconds: float) -> None:
    """Every connection to the database ends, each second: what a restart does to the nodes."""
    again_and_again(seconds, 1, lambda: cut(cluster, "TRUE"))


FAULTS = [bus_dead, bus_slow, bus_cut, database_cut]


def cut(cluster: Cluster, which: str) -> None:
    cluster.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({which})"
    )


def again_and_again(seconds: float, pause: float, act) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        act()
        time.sleep(pause)


def play(cluster: Cluster, seed: int, faults: list, seconds: float) -> str:  # type: ignore[type-arg]
    """Talks through all of these faults, one after the other."""
    try:
        said = asyncio.run(talk_through(cluster, seed, faults, seconds))
        cluster.nodes[0].doctor()
    except Exception as failure:
        names = ", ".join(fault.__name__ for fault in faults)
        raise Lost(f"seed {seed}, {names}: {type(failure).__name__} {failure}\n{cluster.log_ends()}") from failure
    return f"seed {seed}: {said} messages through {', '.join(fault.__name__ for fault in faults)}, nothing lost"


async def talk_through(cluster: Cluster, seed: int, faults: list, seconds: float) -> int:  # type: ignore[type-arg]
    dice = random.Random(seed)
    widget = await asyncio.to_thread(widget_of, cluster.door(0), village.HARBOUR)
    agents = [Agent(village.CLARA, cluster.door(0), dice), Agent(village.BRUNO, cluster.door(1), dice)]
    visitors = [Visitor(f"Guest{seed}x{place}", cluster.door(place % 2), dice, village.HARBOUR, widget) for place in range(3)]
    talkers: list[Talker] = [*agents, *visitors]
    for talker in talkers:
        # A database that ends its connections refuses a message for now, and not the one behind it.
        talker.longest_wait, talker.one_at_a_time = 0.5, True
    try:
        async with asyncio.timeout(SETTLE_LIMIT_SECONDS + seconds * len(faults)):
            topics = [await visitor.enter() for visitor in visitors]
            for agent in agents:
                for topic in topics:
                    await agent.join(topic)
            load = [asyncio.create_task(steady(talker, topics, dice)) for talker in talkers]
            try:
                for fault in faults:
                    await asyncio.sleep(dice.uniform(0.1, 0.3))
                    await in_thread(fault, cluster, seconds)
            finally:
                for task in load:
                    task.cancel()
            for talker in talkers:
                await talker.line.welcomed.wait()
            await settled(talkers, topics)
        found = [f"{topic}: {loss}" for topic in topics for loss in await asyncio.to_thread(losses, talkers, topic)]
        if found:
            raise Lost("\n".join(found))
        return sum(len(outbox.acknowledged) for talker in talkers for outbox in talker.outboxes.values())
    finally:
        for talker in talkers:
            await talker.close()


async def in_thread(fault, cluster: Cluster, seconds: float) -> None:  # type: ignore[no-untyped-def]
    failures: list[BaseException] = []

    def run() -> None:
        try:
            fault(cluster, seconds)
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.05)
    if failures:
        raise failures[0]


async def steady(talker: Talker, topics: list[str], dice: random.Random) -> None:
    mine = [talker.topic] if isinstance(talker, Visitor) else topics
    for place in range(100_000):
        topic = dice.choice(mine)
        # Nobody goes on for ever while nothing gets through.
        if len(talker.outbox(topic).waiting) < WAITING_LIMIT:
            talker.write(topic, f"{talker.name} says {place}")
        await asyncio.sleep(dice.uniform(0.02, 0.15))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bus", choices=BUSES, default="postgres")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"{asked.bus}: {asked.rounds} rounds of faults from seed {asked.seed}", flush=True)
    with running(asked.bus) as cluster:
        for seed in range(asked.seed, asked.seed + asked.rounds):
            faults = random.Random(seed).sample(FAULTS, len(FAULTS))
            print(f"{asked.bus}: {play(cluster, seed, faults, asked.seconds)}", flush=True)


if __name__ == "__main__":
    main()
