"""Sockets that say whatever they like, and what they are told."""

import base64
import contextlib
import os
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path

import village
from program import Program

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


@dataclass
class Told:
    """All that a server said until it ended the connection, or until it was silent for a while."""

    bytes: bytes
    ended: bool

    @property
    def status(self) -> int:
        first = self.bytes.split(b"\r\n", 1)[0].split(b" ")
        return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0

    @property
    def headers(self) -> dict[str, str]:
        lines = self.bytes.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")[1:]
        return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


class Raw:
    """A TCP connection to the program."""

    def __init__(self, program: Program, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", program.port))
        self.rest = b""

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def cut(self) -> None:
        """Ends it for whoever is still speaking on another thread, too."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def say(self, data: bytes) -> bool:
        """False when the other side has gone."""
        try:
            self.socket.sendall(data)
            return True
        except (OSError, TimeoutError):
            return False

    def until_the_end(self, patience: float = 10) -> Told:
        self.socket.settimeout(patience)
        said = self.rest
        try:
            while part := self.socket.recv(65_536):
                said += part
            return Told(said, True)
        except (ConnectionResetError, BrokenPipeError):
            return Told(said, True)
        except TimeoutError:
            return Told(said, False)

    def head(self, patience: float = 10) -> Told:
        """What it said up to the end of a head."""
        self.socket.settimeout(patience)
        said = self.rest
        ended = False
        try:
            while b"\r\n\r\n" not in said:
                part = self.socket.recv(65_536)
                if not part:
                    ended = True
                    break
                said += part
        except (ConnectionResetError, TimeoutError):
            ended = True
        head, mark, self.rest = said.partition(b"\r\n\r\n")
        return Told(head + mark, ended)


@dataclass
class Frames:
    """What came over a WebSocket: the texts, and the code of the end (None without one, 0 for an end without a frame)."""

    texts: list[str] = field(default_factory=list)
    pongs: int = 0
    code: int | None = 0


def upgrade(program: Program, **changed: str | None) -> bytes:
    """The head of an upgrade by a visitor of Harbour Essays, with these headers instead (None for none)."""
    headers: dict[str, str | None] = {
        "Host": f"{village.FRONT}:{program.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Origin": f"http://{village.HARBOUR.host}:{program.port}",
    }
    path = changed.pop("path", "/live")
    headers.update({name.replace("_", "-"): value for name, value in changed.items()})
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Socket(Raw):
    """A WebSocket without manners."""

    def __init__(self, program: Program, hello: bytes | None = None, receive_buffer: int | None = None) -> None:
        super().__init__(program, receive_buffer)
        self.say(upgrade(program))
        told = self.head()
        assert told.status == 101, told
        if hello is not None:
            self.say(frame(TEXT, hello))

    def hear(self, patience: float = 10, texts: int = 10**9) -> Frames:
        """Reads frames until the end, or until there are so many texts."""
        heard = Frames()
        self.socket.settimeout(patience)
        while len(heard.texts) < texts:
            head = self.take(2)
            if head is None:
                return heard
            length = head[1] & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.take(2) or b"\0\0")[0]
            elif length == 127:
                length = struct.unpack(">Q", self.take(8) or b"\0" * 8)[0]
            payload = self.take(length) if length else b""
            if payload is None:
                return heard
            match head[0] & 0x0F:
                case 1:
                    heard.texts.append(payload.decode())
                case 8:
                    heard.code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else None
                    return heard
                case 10:
                    heard.pongs += 1
        return heard

    def take(self, count: int) -> bytes | None:
        try:
            while len(self.rest) < count:
                part = self.socket.recv(65_536)
                if not part:
                    return None
                self.rest += part
        except (ConnectionResetError, TimeoutError):
            return None
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken


def frame(opcode: int, payload: bytes, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    first = (0x80 if fin else 0) | reserved | opcode
    mask_bit = 0x80 if masked else 0
    length = len(payload)
    if length < 126:
        head = struct.pack(">BB", first, mask_bit | length)
    elif length < 65_536:
        head = struct.pack(">BBH", first, mask_bit | 126, length)
    else:
        head = struct.pack(">BBQ", first, mask_bit | 127, length)
    # A mask of zeros is a mask, and costs nothing.
    return head + (b"\0\0\0\0" if masked else b"") + payload


def resident_bytes(program: Program) -> int:
    assert program.process is not None
    pages = int(Path(f"/proc/{program.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files(program: Program) -> int:
    assert program.process is not None
    return len(os.listdir(f"/proc/{program.process.pid}/fd"))
