"""Letters as the program has written them into its folder."""

import email
import email.policy
import time
from collections.abc import Callable
from email.message import EmailMessage

from program import Program


def letter_about(program: Program, words: str, meanwhile: Callable[[], None] = lambda: time.sleep(0.1)) -> EmailMessage:
    """The newest letter whose subject has these words, once it has come."""
    folder = program.folder / "data" / "mail"
    deadline = time.monotonic() + 25
    while time.monotonic() < deadline:
        for path in sorted(folder.glob("*.eml"), reverse=True) if folder.exists() else []:
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if words in letter["Subject"]:
                return letter
        meanwhile()
    raise AssertionError(f"no letter about {words}")


def plain_text(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")
