"""How long lists and search take in a house with a million messages, on both engines.

    .venv/bin/python Benchmarks/finding.py [--engine sqlite] [--messages 1000000]

A grown archive is written into the database of the demo while the program is down: 20 messages a conversation, twelve words a message, drawn from 20,000
with the frequencies of a language (the second half as often as the first, the third a third as often …), over two years and all websites. Then an agent of
all websites turns pages and looks for words over one connection, one request after the other; a time is from the request to the whole answer, the
client in Python included. Nothing else should run meanwhile.
"""

import argparse
import contextlib
import http.client
import itertools
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds")]

import village  # noqa: E402
from private_postgres import psql  # noqa: E402
from program import Program  # noqa: E402
from rounds import running  # noqa: E402
from talkers import signed_in  # noqa: E402

MESSAGES_EACH, WORDS_EACH, VOCABULARY = 20, 12, 20_000
DAY = 86_400_000
REQUESTS = 1000
FIRST_ID = 10**15

Row = tuple[object, ...]
TABLES = {
    "visitors": "id, site_id, key_digest, name, email, phone, address, language, device, browser, system, form_sent_at, first_visit_at, last_visit_at, visits",
    "conversations": "id, site_id, visitor_id, revision, head, public_head, chat_id, state, active_at, asked, last_n, last_by, last_name, last_text, last_at, "
    "created_at, last_kind, searched",
    "chats": "id, conversation_id, state, form, offline, written, opened_at, first_message_at, first_answer_at, closed_at, closed_by",
    "entries": "conversation_id, n, public_after, chat_id, at, kind, audience, by_kind, by_name, client_id, body",
    "search_texts": "id, conversation_id, n, words",
}


def vocabulary(dice: random.Random) -> list[str]:
    syllables = [a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "on")]
    words: set[str] = set()
    while len(words) < VOCABULARY:
        words.add("".join(dice.choices(syllables, k=dice.randint(2, 4))))
    return sorted(words, key=lambda word: (len(word), word))


def archive(messages: int, sites: list[int], now: int, words: list[str], dice: random.Random) -> Iterator[dict[str, list[Row]]]:
    """Conversations, some thousand at a time."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    texts = itertools.count(FIRST_ID)
    for start in range(0, messages // MESSAGES_EACH, 2000):
        rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        for number in range(start, min(start + 2000, messages // MESSAGES_EACH)):
            this, site, at = FIRST_ID + number, dice.choice(sites), now - dice.randrange(DAY, 700 * DAY)
            name = " ".join(word.capitalize() for word in dice.choices(words, cum_weights=weights, k=2))
            mail, phone = f"visitor{number}@example.com", f"+33 6 {number:08d}"
            said = [" ".join(dice.choices(words, cum_weights=weights, k=WORDS_EACH)) for _ in range(MESSAGES_EACH)]
            end = at + MESSAGES_EACH * 30_000
            rows["visitors"].append((this, site, this.to_bytes(32, "big"), name, mail, phone, "", "en", "desktop", "Firefox 150", "Linux", at, at, end, 1))
            last = (MESSAGES_EACH, "visitor", name, said[-1][:140], end)
            rows["conversations"].append((this, site, this, 1, MESSAGES_EACH, MESSAGES_EACH, this, "closed", end, MESSAGES_EACH // 2, *last, at, "text", MESSAGES_EACH))
            rows["chats"].append((this, this, "closed", "sent", False, True, at, at, at, end, "visitor"))
            for n, text in enumerate(said, 1):
                by = "visitor" if n % 2 else "agent"
                body = f'{{"kind":"text","text":"{text}"}}'
                rows["entries"].append((this, n, n - 1, this, at + n * 30_000, "MessageSent", "everybody", by, name, f"m{this}-{n}", body))
            rows["search_texts"].append((next(texts), this, 0, f"{name} {mail} {phone} {phone.replace(' ', '')[1:]}".lower()))
            rows["search_texts"] += [(next(texts), this, n, text) for n, text in enumerate(said, 1)]
        yield rows


def fill_sqlite(path: Path, batches: Iterator[dict[str, list[Row]]]) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        for rows in batches:
            for table, columns in TABLES.items():
                marks = ", ".join("?" * len(columns.split(",")))
                database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
            database.commit()
        database.execute("ANALYZE")


def fill_postgres(address: str, batches: Iterator[dict[str, list[Row]]]) -> None:
    def cell(value: object) -> str:
        if isinstance(value, bytes):
            return f"\\\\x{value.hex()}"
        return ("t" if value else "f") if isinstance(value, bool) else str(value)

    for rows in batches:
        script = "".join(
            f"COPY {table} ({columns}) FROM STDIN;\n" + "".join("\t".join(map(cell, row)) + "\n" for row in rows[table]) + "\\.\n" for table, columns in TABLES.items()
        )
        subprocess.run([psql(), address, "-qv", "ON_ERROR_STOP=1"], input=script, text=True, check=True)
    subprocess.run([psql(), address, "-qc", "ANALYZE"], check=True)


def ask(program: Program, cookie: str, path: str, connection: http.client.HTTPConnection) -> tuple[float, bytes]:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Host": f"{village.ADMINISTRATOR.host}:{program.port}", "Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    return (time.perf_counter() - began) * 1000, body


def measure(program: Program, words: list[str], sites: list[int], now: int, dice: random.Random) -> None:
    cookie = signed_in(program, village.ADMINISTRATOR)
    connection = http.client.HTTPConnection("127.0.0.1", program.port)

    def day() -> int:
        return now - dice.randrange(700) * DAY

    def searching(*ranks: range) -> Callable[[], str]:
        return lambda: "/console/found?words=" + quote(" ".join(words[dice.choice(rank)] for rank in ranks))

    lines: dict[str, Callable[[], str]] = {
        "first page of what is closed": lambda: "/console/chats?status=closed",
        "of some websites": lambda: "/console/chats?status=closed&" + "&".join(f"site={site}" for site in dice.sample(sites, 2)),
        "of a month, by form": lambda: f"/console/chats?status=closed&lead=filled&from={(first := day())}&to={first + 30 * DAY}",
        "search: one of the hundred commonest words": searching(range(100)),
        "search: a common and a rare word": searching(range(100), range(5_000, 20_000)),
        "search: a rare word": searching(range(5_000, 20_000)),
        "search: a beginning of two letters": lambda: "/console/found?words=" + words[dice.randrange(VOCABULARY)][:2],
        "search: a telephone number": lambda: f"/console/found?words={dice.randrange(20_000):08d}",
        "search: nothing is found": lambda: f"/console/found?words=q{dice.randrange(10**6)}x",
    }
    for name, path in lines.items():
        taken = sorted(ask(program, cookie, path(), connection)[0] for _ in range(REQUESTS))
        say(program, name, taken)


def say(program: Program, name: str, taken: list[float]) -> None:
    engine = "PostgreSQL" if program.database else "SQLite"
    print(f"| {engine} | {name} | {taken[len(taken) // 2]:.1f} ms | {taken[int(len(taken) * 0.99)]:.1f} ms | {taken[-1]:.1f} ms |", flush=True)


def sites_of(program: Program, engine: str) -> list[int]:
    query = "SELECT id FROM sites ORDER BY id"
    if engine == "sqlite":
        with contextlib.closing(sqlite3.connect(program.folder / "data/parley.db")) as database:
            return [row[0] for row in database.execute(query)]
    text = subprocess.run([psql(), str(program.database), "-Atqc", query], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [int(line) for line in text.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--messages", type=int, default=1_000_000)
    asked = parser.parse_args()
    for engine in asked.engine or ["sqlite", "postgres"]:
        dice = random.Random(1)
        words, now = vocabulary(dice), int(time.time() * 1000)
        with running(engine, ["--limits", f"{village.UNHURRIED[1]},administrator.pages=1000000/1000"]) as program:
            sites = sites_of(program, engine)
            program.stop()
            began, batches = time.perf_counter(), archive(asked.messages, sites, now, words, dice)
            if engine == "sqlite":
                fill_sqlite(program.folder / "data/parley.db", batches)
            else:
                fill_postgres(str(program.database), batches)
            print(f"{asked.messages} messages written in {time.perf_counter() - began:.0f} s", flush=True)
            program.start()
            measure(program, words, sites, now, dice)


if __name__ == "__main__":
    main()
