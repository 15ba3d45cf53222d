"""Rounds about money: buying, asking and answering at once, kill -9 at a random moment, restart; then the books are counted.

    .venv/bin/python Tests/Rounds/paid_rounds.py --engine sqlite --rounds 100 [--seed 7]
"""

import argparse
import asyncio
import random
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from oracle import losses
from paying import GIFT, PACK_UNITS, Bank, Customer, Expert, join, owed, wallet
from program import Program
from rounds import ENGINES, SETTLE_LIMIT_SECONDS, Lost, running, settled


def play_paid(program: Program, rounds: int, seed: int) -> str:
    """Plays rounds on one data folder, so that the wallet of one round is where the next begins."""
    totals = {"purchases": 0, "questions": 0, "answers": 0, "turned away": 0, "kills": 0}
    for number in range(seed, seed + rounds):
        try:
            done = asyncio.run(paid_round(program, number, totals["purchases"]))
            program.doctor()
        except Exception as failure:
            raise Lost(f"seed {number}: {type(failure).__name__} {failure}\nthe program's log ends with\n{program.log_end()}") from failure
        for key, value in done.items():
            totals[key] += value
    return f"{rounds} paid rounds from seed {seed}: " + ", ".join(f"{value} {key}" for key, value in totals.items()) + ", not a credit wrong"


async def paid_round(program: Program, seed: int, bought: int) -> dict[str, int]:
    dice = random.Random(seed)
    customer, expert, bank = Customer(program, dice), Expert(program, dice), Bank(program, dice)
    try:
        async with asyncio.timeout(SETTLE_LIMIT_SECONDS):
            await customer.line.welcomed.wait()
            await customer.subscribe(customer.topic)
            customer.write(customer.topic, f"{customer.name} asks 0")
            await settled([customer], [customer.topic])
            await join(expert, customer.topic)
            purchases = [await asyncio.to_thread(customer.begins_purchase) for _ in range(dice.randint(0, 2))]
            work = [asyncio.create_task(bank.pays(purchase)) for purchase in purchases]
            work += [asyncio.create_task(burst(customer, customer.topic, "asks", dice))]
            work += [asyncio.create_task(burst(expert, customer.topic, "answers", dice))]
            kills = dice.choice([1, 1, 2])
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0, 0.4))
                program.kill()
                await asyncio.sleep(dice.uniform(0, 0.2))
                program.launch()
                await asyncio.to_thread(program.wait_until_healthy)
            await asyncio.gather(*work)
            await settled([customer, expert], [customer.topic])
            found = await asyncio.to_thread(losses, [customer, expert], customer.topic)
            taken, held = owed(await asyncio.to_thread(customer.history, customer.topic))
            has = await wallet(customer)
        expected = (GIFT + PACK_UNITS * (bought + len(purchases)) - taken, held)
        if has != expected:
            found.append(f"the wallet has {has[0]} and {has[1]} set aside, but should have {expected[0]} and {expected[1]}")
        if found:
            raise Lost("\n".join(found))
        return {
            "purchases": len(purchases), "questions": len(customer.outbox(customer.topic).acknowledged),
            "answers": len(expert.outbox(customer.topic).acknowledged), "turned away": customer.turned_away, "kills": kills,
        }
    finally:
        for talker in (customer, expert):
            await talker.close()


async def burst(talker: Customer | Expert, topic: str, verb: str, dice: random.Random) -> None:
    for place in range(1, dice.randint(8, 20)):
        talker.write(topic, f"{talker.name} {verb} {place}")
        await asyncio.sleep(dice.choice([0, 0, 0.005, 0.02, 0.1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    with running(asked.engine) as program:
        print(f"{asked.engine}: {play_paid(program, asked.rounds, asked.seed)}", flush=True)


if __name__ == "__main__":
    main()
