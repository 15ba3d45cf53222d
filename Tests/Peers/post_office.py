"""A real mail server, aiosmtpd, with its moods: it says later, says no, hangs up in the middle, asks for a password."""

import contextlib
import email
import email.policy
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from program import free_port

USER, PASSWORD = "desk@harbour.example", "correct horse: battery/staple?"

Mood = Callable[[SMTP, Envelope], str | None]


@dataclass
class Taken:
    sender: str
    recipients: list[str]
    content: bytes
    over_tls: bool
    signed_in: bool

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    def part(self, subtype: str) -> str:
        body = self.message.get_body((subtype,))
        assert body is not None, f"no {subtype} part"
        return body.get_content()


@dataclass
class PostOffice:
    """What it answers may change between letters; nil is willing."""

    on_recipient: Mood = lambda server, envelope: None
    on_letter: Mood = lambda server, envelope: None
    # Hangs up when the letter has begun and not ended.
    cuts_letters: bool = False
    taken: list[Taken] = field(default_factory=list)
    # How often a letter was begun.
    begun: int = 0
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.on_recipient(server, envelope)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.on_letter(server, envelope)
        if answer is None or answer.startswith("2"):
            assert envelope.mail_from is not None and isinstance(envelope.original_content, bytes)
            signed_in = isinstance(session.auth_data, LoginPassword)
            self.taken.append(
                Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content, session.ssl is not None, signed_in)
            )
        return answer or "250 2.0.0 taken"


class Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        office: PostOffice = self.event_handler
        office.begun += 1
        if not office.cuts_letters:
            await super().smtp_DATA(arg)
            return
        await self.push("354 go on")
        await self._reader.read(64)
        self.transport.abort()


class Desk(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)


def hang_up(server: SMTP, envelope: Envelope) -> str:
    """Takes the letter, says so, and is gone before anybody can say goodbye."""
    server.loop.call_later(0.05, server.transport.abort)
    return "250 2.0.0 taken"


@contextlib.contextmanager
def open_office(**kwargs: Any) -> Iterator[PostOffice]:
    office = PostOffice()
    desk = Desk(office, hostname="127.0.0.1", port=free_port(), **kwargs)
    desk.start()
    try:
        office.port = desk.port
        yield office
    finally:
        desk.stop()


def with_tls(authority: trustme.CA, host: str = "localhost") -> dict[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return {"tls_context": context, "require_starttls": True}


def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=False, auth_data=data if fits else None)
