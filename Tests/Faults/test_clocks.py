"""Clocks that jump: the program's own from /dev, and the machine's, both ways."""

import asyncio
import random
from pathlib import Path

from clock import moves
from faults import Company, Deed, fragile, seed_of_today, starts, suffer


def test_the_program_s_clock_jumps() -> None:
    """X4: minutes, hours and a year that pass in a moment lose and double nothing, with every job that falls due on the way."""
    seed = seed_of_today()
    dice = random.Random(seed)
    with fragile() as program:

        def jumps(*seconds: int) -> Deed:
            async def jump(company: Company) -> None:
                for step in dice.sample(seconds, len(seconds)):
                    await asyncio.sleep(dice.uniform(0.05, 0.3))
                    await moves(program, step)

            return jump

        suffer(program, seed, jumps(61, 300, 700, 4000))
        # The session of an agent is over after so long; a visitor's key is not.
        suffer(program, seed + 1, jumps(90_000, 20 * 86_400, 340 * 86_400), agents=0)


def test_the_machine_s_clock_jumps(tmp_path: Path) -> None:
    """X4: a machine whose clock is put forward or back, as NTP may do at a start, keeps every message, its number and its order."""
    seed = seed_of_today()
    dice = random.Random(seed)
    # bin/setup installs it.
    [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    moment = tmp_path / "moment"
    moment.write_text("+0")
    with fragile() as program:
        program.kill()
        program.environment |= {
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(moment), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1",
        }

        async def jump(company: Company) -> None:
            for hours in dice.sample([-5, -1, 1, 5], 4):
                await asyncio.sleep(dice.uniform(0.1, 0.4))
                moment.write_text(f"{hours * 3600:+d}")
            moment.write_text("+0")
            await asyncio.sleep(0.2)

        asyncio.run(starts(program))
        suffer(program, seed, jump)
