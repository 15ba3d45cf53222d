"""A disk that fills up and has room again, for real: a small file system in memory."""

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import Company, fragile, seed_of_today, suffer

import village
from program import Program

# More than a node needs to call itself well.
SIZE_MEGABYTES = 160


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MEGABYTES}m", "none", str(place)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"nothing can be mounted here; test_fail_points.py fills the disk by order: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> None:
    ballast = os.open(place / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with contextlib.suppress(OSError):
        while True:
            os.write(ballast, b"b" * 65_536)
    with contextlib.suppress(OSError):
        while True:
            os.write(ballast, b"b" * 4096)
    os.close(ballast)


def wait_for_health(program: Program, status: int) -> None:
    """A load balancer hears of it within seconds."""
    deadline = time.monotonic() + 10
    while program.get(village.FRONT, "/health")[0] != status:
        assert time.monotonic() < deadline, program.get(village.FRONT, "/health")
        time.sleep(0.2)


def test_disk_full_and_back(tmp_path: Path) -> None:
    """X4: on a full disk every write is refused as such and kept by its sender, reading goes on, and with room again so does everything."""
    with small_disk(tmp_path) as place, fragile(folder=place) as program:

        async def fill_and_clear(company: Company) -> None:
            for _ in range(2):
                await asyncio.sleep(0.3)
                before = company.reasons["storageFull"]
                while company.reasons["storageFull"] < before + 5:
                    # What the database had of its own is used up first.
                    await asyncio.to_thread(fill, place)
                    await asyncio.sleep(0.05)
                assert program.runs, program.log_end()
                await asyncio.to_thread(wait_for_health, program, 503)
                for visitor in company.visitors:
                    assert await asyncio.to_thread(visitor.history, visitor.topic)
                    assert visitor.waits
                (place / "ballast").unlink()
                acknowledged = company.acknowledged
                while company.acknowledged < acknowledged + 5:
                    await asyncio.sleep(0.02)
                await asyncio.to_thread(wait_for_health, program, 200)

        company = suffer(program, seed_of_today(), fill_and_clear)
        assert set(company.reasons) <= {"storageFull", "unavailable"}
