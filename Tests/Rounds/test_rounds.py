import random

import pytest
from rounds import ENGINES, play, running


@pytest.mark.parametrize("engine", ENGINES)
def test_kill_in_the_middle_of_a_burst(engine: str) -> None:
    """X4: every acknowledged message survives kill -9 exactly once and in order, and no reader has a gap."""
    seed = random.SystemRandom().randrange(1_000_000)
    with running(engine) as program:
        told = play(program, 10, seed)
    print(f"{engine}: {told}")
