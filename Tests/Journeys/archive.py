"""A past for the village: closed chats, put into the data while the program is down."""

import sqlite3
import time

from program import Program
from village import Website

DAY_MILLISECONDS = 86_400_000


def give_past(program: Program, website: Website, count: int) -> None:
    """Guest 1 to `count`, one a minute, the last of them a day ago; each wrote one line."""
    program.stop()
    with sqlite3.connect(program.folder / "data/parley.db") as data:
        [site] = data.execute("SELECT id FROM sites WHERE name = ?", [website.name]).fetchone()
        newest = int(time.time() * 1000) - DAY_MILLISECONDS
        for number in range(1, count + 1):
            at, words = newest - (count - number) * 60_000, f"Question {number} about tides"
            data.execute(
                """
                INSERT INTO visitors (id, site_id, key_digest, name, email, address, language, device, browser, system, first_visit_at,
                  last_visit_at, visits)
                VALUES (?1, ?2, ?3, ?4, ?5, '', 'en', 'desktop', '', '', ?6, ?6, 1)
                """,
                [number, site, str(number).encode(), f"Guest {number}", f"guest{number}@example.com", at],
            )
            data.execute(
                """
                INSERT INTO conversations (id, site_id, visitor_id, revision, head, public_head, chat_id, state, active_at, asked, last_n,
                  last_by, last_name, last_text, last_kind, last_at, created_at)
                VALUES (?1, ?2, ?1, 1, 4, 4, NULL, 'closed', ?4, 1, 3, 'visitor', ?5, ?3, 'text', ?4, ?4)
                """,
                [number, site, words, at, f"Guest {number}"],
            )
            data.execute(
                """
                INSERT INTO chats (id, conversation_id, state, form, offline, written, opened_at, first_message_at, closed_at, closed_by)
                VALUES (?1, ?1, 'closed', 'sent', 0, 1, ?2, ?2, ?2, 'visitor')
                """,
                [number, at],
            )
            data.execute("UPDATE conversations SET chat_id = id WHERE id = ?", [number])
            lines = [
                ("ChatOpened", '{"form":"needed","offline":false}'),
                ("FormSent", f'{{"name":"Guest {number}"}}'),
                ("MessageSent", f'{{"kind":"text","text":"{words}"}}'),
                ("ChatClosed", '{"unwritten":false}'),
            ]
            for n, (kind, body) in enumerate(lines, start=1):
                data.execute(
                    """
                    INSERT INTO entries (conversation_id, n, public_after, chat_id, at, kind, audience, by_kind, by_name, client_id, body)
                    VALUES (?1, ?2, ?3, ?1, ?4, ?5, 'everybody', 'visitor', ?6, ?7, ?8)
                    """,
                    [number, n, n - 1, at, kind, f"Guest {number}", f"past-{n}" if n == 3 else None, body],
                )
    data.close()
    program.start()
