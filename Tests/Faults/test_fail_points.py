"""Death and broken disks at the places around commit and acknowledgement, under load (docs/faults.md)."""

import asyncio
import contextlib
import random

import pytest
from faults import Company, dies, fragile, seed_of_today, starts, suffer

from clock import moves

AROUND_COMMIT = ("before-begin", "before-commit", "after-commit", "before-answer")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_death_around_commit(engine: str) -> None:
    """X4: whatever stood between the commit and its answer when the program died, what was acknowledged is there exactly once."""
    seed = seed_of_today()
    dice = random.Random(seed)
    with fragile(engine) as program:

        async def die_at_each_place(company: Company) -> None:
            program.kill()
            for place in dice.sample(AROUND_COMMIT, len(AROUND_COMMIT)):
                program.ordered(f"{place}:{dice.randint(1, 30)}")
                await starts(program)
                await dies(program)
            program.ordered()
            await starts(program)

        company = suffer(program, seed, die_at_each_place)
        assert company.acknowledged > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_death_in_jobs(engine: str) -> None:
    """E75, X4: a job that was under way when the program died is done afterwards, and once."""
    seed = seed_of_today()
    with fragile(engine) as program:

        async def die_in_jobs(company: Company) -> None:
            for place in ("in-job", "after-job"):
                await asyncio.sleep(0.3)
                program.kill()
                program.ordered(f"{place}:1")
                await starts(program)
                # What is due at once after an hour away: notices, letters, forms that nobody finished.
                with contextlib.suppress(OSError):
                    await moves(program, seconds=3600)
                await dies(program)
            program.ordered()
            await starts(program)

        suffer(program, seed, die_in_jobs)


@pytest.mark.parametrize(("failure", "reason"), [("error", "unavailable"), ("full", "storageFull")])
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_failing_commits(engine: str, failure: str, reason: str) -> None:
    """X4: a commit that fails leaves nothing behind, its sender is told to come back, and everything goes on by itself."""
    seed = seed_of_today()
    with fragile(engine) as program:

        async def fail_for_a_while(company: Company) -> None:
            program.kill()
            program.ordered(f"before-commit:10-40={failure}", f"before-commit:60-70={failure}")
            await starts(program)
            while company.reasons[reason] < 5:
                await asyncio.sleep(0.02)

        company = suffer(program, seed, fail_for_a_while)
        assert company.reasons[reason] > 0
        assert set(company.reasons) <= {reason, "unavailable"}
