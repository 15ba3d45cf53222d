"""What must be true after a round, whatever was cut and whenever."""

from talkers import Talker
from wire import Frame


def losses(talkers: list[Talker], topic: str) -> list[str]:
    """Every finding in words; empty when nothing was lost, doubled or put out of order."""
    present = [talker for talker in talkers if topic in talker.logs]
    found: list[str] = []
    histories = {talker.name: talker.history(topic) for talker in present}
    for talker in present:
        history = histories[talker.name]
        found += [f"{talker.name}: {fault}" for fault in broken_chain(history, 0)]
        found += [f"{talker.name}: {fault}" for fault in held_wrongly(talker, topic, history)]
        found += [f"{talker.name}: {fault}" for fault in not_kept(talker, topic, history)]
        found += [f"{talker.name}: was refused {refusal}" for refusal in talker.refusals]
    first, *others = (messages(history) for history in histories.values())
    found += ["two readers of one conversation have read different messages" for other in others if other != first]
    return found


def messages(history: list[Frame]) -> list[tuple[int, str, str]]:
    return [(entry["n"], entry.get("client", ""), entry["body"]["text"]) for entry in history if entry["event"] == "MessageSent"]


def broken_chain(entries: list[Frame], before: int) -> list[str]:
    found = []
    for entry in entries:
        if entry["after"] != before or entry["n"] <= before:
            found.append(f"entry {entry['n']} says it follows {entry['after']}, but it follows {before}")
        before = entry["n"]
    return found


def held_wrongly(talker: Talker, topic: str, history: list[Frame]) -> list[str]:
    """What a reader gathered live is the end of the true log, number for number."""
    held = [entry["n"] for entry in talker.logs[topic].entries]
    true = [entry["n"] for entry in history]
    return [] if held and true[-len(held):] == held else [f"holds {held}, the log is {true}"]


def not_kept(talker: Talker, topic: str, history: list[Frame]) -> list[str]:
    outbox = talker.outbox(topic)
    written = messages(history)
    found = [f"message {client} was never acknowledged" for client in outbox.waiting]
    for client, number in outbox.acknowledged.items():
        places = [n for n, other, _ in written if other == client]
        if places != [number]:
            found.append(f"message {client} was acknowledged as {number}, and stands at {places or 'no place'}")
    # dicts keep the order in which messages were acknowledged; the text carries the order in which they were written.
    mine = [text for _, client, text in written if client in outbox.acknowledged]
    if mine != sorted(mine, key=place_in_burst):
        found.append(f"messages changed their order: {mine}")
    return found


def place_in_burst(text: str) -> int:
    return int(text.rsplit(" ", 1)[1])
