"""The program's own clock, which goes forward from /dev alone."""

import asyncio
import re

import village
from program import Program


async def moves(program: Program, seconds: int) -> None:
    await asyncio.to_thread(move, program, seconds)


def move(program: Program, seconds: int) -> None:
    status, headers, page = program.get(village.FRONT, "/dev")
    assert status == 200, page
    token = re.search(r'name="form_token"[^>]*value="([^"]+)"', page) or re.search(r'value="([^"]+)"[^>]*name="form_token"', page)
    assert token is not None, page
    home = f"http://{village.FRONT}:{program.port}"
    sent = {"Cookie": headers["set-cookie"].split(";", 1)[0], "Origin": home, "Content-Type": "application/x-www-form-urlencoded"}
    status, _, answer = program.request("POST", village.FRONT, "/dev/clock", f"seconds={seconds}&form_token={token[1]}", sent)
    assert status == 303, answer
