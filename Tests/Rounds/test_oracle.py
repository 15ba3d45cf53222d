"""The oracle of the loss rounds is itself put to the test: it must find what it is there to find."""

import pytest
from oracle import losses
from wire import Frame, Log, Outbox, ProtocolBroken

TOPIC = "chat.5"


class Reader:
    """A talker as the oracle sees it, with a history made by hand."""

    def __init__(self, name: str, history: list[Frame], sent: dict[str, int], held: list[Frame] | None = None) -> None:
        self.name, self.refusals = name, []
        self.logs = {TOPIC: Log()}
        self.logs[TOPIC].entries = history if held is None else held
        self.box = Outbox()
        self.box.acknowledged = sent
        self.whole = history

    def outbox(self, topic: str) -> Outbox:
        return self.box

    def history(self, topic: str) -> list[Frame]:
        return self.whole


def entry(number: int, after: int, client: str, text: str) -> Frame:
    return {"event": "MessageSent", "n": number, "after": after, "client": client, "body": {"kind": "text", "text": text}}


GOOD = [entry(1, 0, "a", "Ada says 0"), entry(2, 1, "b", "Ada says 1"), entry(4, 2, "c", "Ada says 2")]


@pytest.mark.parametrize(
    ("history", "held", "sent", "finding"),
    [
        (GOOD, None, {"a": 1, "b": 2, "c": 4}, None),
        (GOOD[:2], None, {"a": 1, "b": 2, "c": 4}, "acknowledged as 4, and stands at no place"),
        ([*GOOD, entry(5, 4, "c", "Ada says 2")], None, {"a": 1, "b": 2, "c": 4}, "stands at [4, 5]"),
        ([GOOD[0], entry(4, 2, "c", "Ada says 2")], None, {"a": 1, "c": 4}, "says it follows 2, but it follows 1"),
        (GOOD, [GOOD[0], GOOD[2]], {"a": 1, "b": 2, "c": 4}, "holds [1, 4], the log is [1, 2, 4]"),
        (GOOD, None, {"a": 1, "b": 4, "c": 2}, "message b was acknowledged as 4"),
        ([entry(1, 0, "b", "Ada says 1"), entry(2, 1, "a", "Ada says 0")], None, {"b": 1, "a": 2}, "changed their order"),
    ],
    ids=["whole", "lost", "doubled", "gap", "not delivered", "wrong number", "order"],
)
def test_oracle(history: list[Frame], held: list[Frame] | None, sent: dict[str, int], finding: str | None) -> None:
    """X4: the oracle finds a message that was lost, doubled, put out of order, misnumbered or not delivered, and nothing in a whole log."""
    found = losses([Reader("Ada", history, sent, held)], TOPIC)  # type: ignore[list-item]
    assert any(finding in line for line in found) if finding else found == []


def test_readers_differ() -> None:
    """X4: the oracle notices when two readers were given different messages."""
    other = [*GOOD[:2], entry(4, 2, "c", "Ada says 3")]
    readers = [Reader("Ada", GOOD, {}), Reader("Clara", other, {})]
    assert losses(readers, TOPIC) == ["two readers of one conversation have read different messages"]  # type: ignore[arg-type]


def test_log_notices_a_gap() -> None:
    """X4: a reader takes an entry that follows what it holds, drops a repeated one, and refuses one after a gap."""
    log = Log()
    assert log.take(GOOD[0]) and log.take(GOOD[1]) and log.take(GOOD[0])
    assert not log.take(entry(6, 4, "d", "Ada says 3"))
    assert log.take(GOOD[2]) and [one["n"] for one in log.entries] == [1, 2, 4] and log.gaps == 1


def test_outbox_notices_a_second_number() -> None:
    """X4: a retry that is acknowledged with another number is a finding."""
    outbox = Outbox()
    outbox.add("a", "Ada says 0")
    outbox.acknowledge({"client": "a", "n": 1})
    outbox.acknowledge({"client": "a", "n": 1})
    with pytest.raises(ProtocolBroken):
        outbox.acknowledge({"client": "a", "n": 2})
