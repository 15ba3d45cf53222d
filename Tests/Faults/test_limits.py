"""Limits of files, memory and connections: 503 before the system says no, and everything as always afterwards."""

import asyncio
import random

from attackers import Raw, Told, open_files
from faults import Company, fragile, seed_of_today, suffer

import village
from program import Program

FILES = 256


def asks(program: Program) -> tuple[Raw, Told]:
    raw = Raw(program)
    raw.say(f"GET /health HTTP/1.1\r\nHost: {village.FRONT}:{program.port}\r\n\r\n".encode())
    return raw, raw.head(5)


def test_few_open_files() -> None:
    """E20: with 256 files that may be open, new connections are answered with 503 before that, those that are there go on, and it passes."""
    with fragile(open_files=FILES) as program:

        async def crowd(company: Company) -> None:
            before = company.acknowledged
            crowd = await asyncio.to_thread(lambda: [asks(program) for _ in range(400)])
            statuses = [told.status for _, told in crowd]
            assert statuses[0] == 200 and 503 in statuses, statuses
            # Those after the ones who are answered are let go of without a word.
            assert set(statuses) <= {200, 503, 0}
            assert all(told.headers["retry-after"] == "10" for _, told in crowd if told.status == 503)
            assert open_files(program) < FILES
            while company.acknowledged < before + 20:
                await asyncio.sleep(0.02)
            for raw, _ in crowd:
                raw.socket.close()
            while (await asyncio.to_thread(asks, program))[1].status != 200:
                await asyncio.sleep(0.05)

        company = suffer(program, seed_of_today(), crowd)
        assert program.runs and not company.reasons
        assert all(talker.line.connections == 1 for talker in company.talkers)


def test_a_named_limit_of_connections() -> None:
    """E20: a limit of connections that the owner set is kept, and told with when to come back."""
    with fragile(options=["--connections-limit", "20"]) as program:
        crowd = [asks(program) for _ in range(30)]
        statuses = [told.status for _, told in crowd]
        assert statuses[:15] == [200] * 15 and statuses[-1] == 503, statuses
        for raw, _ in crowd:
            raw.socket.close()
        while asks(program)[1].status != 200:
            pass


def test_a_limit_of_memory() -> None:
    """E20: above the memory that the owner allows nobody new is taken, and the program goes on."""
    with fragile() as program:
        program.kill()
        program.options += ["--memory-limit", "1"]
        program.launch()
        while True:
            assert program.runs, program.log_end()
            try:
                raw, told = asks(program)
            except OSError:
                continue
            raw.socket.close()
            break
        assert (told.status, told.headers["retry-after"]) == (503, "10")
        assert program.stop() < 5


def test_restart_under_load() -> None:
    """E20, X4: a restart in the middle of everything tells 1001, leaves nothing half-done, and is over within seconds."""
    seed = seed_of_today()
    dice = random.Random(seed)
    with fragile() as program:
        codes: list[int | None] = []

        async def restart(company: Company) -> None:
            for talker in company.talkers:
                talker.line.on_close = codes.append
            for _ in range(3):
                # Everybody is back and is heard, so that it is the middle of everything.
                before = company.acknowledged
                while company.acknowledged < before + 20 or not all(talker.line.welcomed.is_set() for talker in company.talkers):
                    await asyncio.sleep(0.02)
                await asyncio.sleep(dice.uniform(0.1, 0.5))
                assert await asyncio.to_thread(program.stop) < 5
                assert program.process is not None and program.process.returncode == 0
                program.launch()
                await asyncio.to_thread(program.wait_until_healthy)

        suffer(program, seed, restart, visitors=3, agents=2)
        assert codes.count(1001) == 5 * 3, codes
