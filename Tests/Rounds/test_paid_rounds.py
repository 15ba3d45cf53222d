import random

import pytest
from paid_rounds import play_paid
from rounds import ENGINES, running


@pytest.mark.parametrize("engine", ENGINES)
def test_kill_while_money_moves(engine: str) -> None:
    """X1, X4, A17: whatever is killed while credit is bought, asked with and answered for, every question is paid once or not at all."""
    seed = random.SystemRandom().randrange(1_000_000)
    with running(engine) as program:
        told = play_paid(program, 10, seed)
    print(f"{engine}: {told}")
