"""What a client keeps: logs by number, lists by revision, and messages that are not acknowledged yet."""

import asyncio
from dataclasses import dataclass, field

from lines import Frame


@dataclass
class Log:
    """A log topic: what is held of it, and how things stand (3)."""

    topic: str
    head: int = 0
    entries: list[Frame] = field(default_factory=list)
    chat: Frame | None = None
    marks: Frame = field(default_factory=dict)
    people: Frame = field(default_factory=dict)
    is_loaded: bool = False
    repeats: int = 0
    resets: int = 0

    @property
    def texts(self) -> list[str]:
        return [entry["body"]["text"] for entry in self.entries if entry["body"].get("kind") == "text"]

    def take(self, frame: Frame) -> bool:
        """False where something is missing: subscribe again with `head`."""
        if frame["event"] == "Subscribed":
            return self.resume(frame)
        if "n" in frame and "after" in frame:
            return self.append(frame)
        match frame["event"]:
            case "Marks":
                self.marks = frame["marks"]
            case "People":
                self.people = frame["people"]
        return True

    def resume(self, frame: Frame) -> bool:
        if frame["reset"]:
            self.resets += bool(self.entries)
            self.entries = []
            self.head = frame["from"]
        if frame["from"] > self.head:
            return False
        whole = all([self.append(entry) for entry in frame["entries"]])
        self.chat, self.marks, self.people = frame["chat"], frame["marks"], frame["people"]
        self.is_loaded = True
        return whole

    def append(self, entry: Frame) -> bool:
        if entry["n"] <= self.head:
            self.repeats += 1
            return True
        if entry["after"] != self.head:
            return False
        self.entries.append(entry)
        self.head = entry["n"]
        return True

    def tick(self, n: int, side: str) -> str:
        """How far a message of ours got with the other side."""
        other = self.marks.get(side, {"delivered": 0, "seen": 0})
        return "seen" if n <= other["seen"] else "delivered" if n <= other["delivered"] else "sent"


@dataclass
class Rows:
    """A list of conversations: whole once, then row by row (4)."""

    rows: dict[str, Frame] = field(default_factory=dict)
    is_loaded: bool = False
    rings: int = 0

    def take(self, frame: Frame) -> None:
        match frame["event"]:
            case "Snapshot":
                self.rows = {row["conversation"]: row for row in frame["rows"]}
                self.is_loaded = True
            case "NewVisitorJoined" | "ConversationChanged":
                self.rings += frame["event"] == "NewVisitorJoined"
                row = frame["row"]
                held = self.rows.get(row["conversation"])
                if held is None or row["revision"] > held["revision"]:
                    self.rows[row["conversation"]] = row
            case "VisitorPresence" | "VisitorTyping" | "VisitorPageChanged":
                name = {"VisitorPresence": "online", "VisitorTyping": "typing", "VisitorPageChanged": "page"}[frame["event"]]
                value = frame["page"] if name == "page" else frame["online" if name == "online" else "on"]
                if frame["conversation"] in self.rows:
                    self.rows[frame["conversation"]]["visitor"][name] = value


@dataclass
class Outgoing:
    """A message that was not acknowledged yet."""

    client: str
    topic: str
    text: str
    done: asyncio.Future[Frame]
