"""A customer who buys and asks, an expert who answers, and a bank that tells what was paid more than once."""

import asyncio
import hashlib
import hmac
import json
import random
import re
import time
import urllib.parse

import village
from program import Program
from talkers import Agent, Talker, done, signed_in
from wire import Frame, Line, ProtocolBroken

GIFT = 3
PACK = "credits.7.1.2000.EUR"
PACK_UNITS = 8
NO_ROOM = ("creditMissing", "intakeFull")


class Customer(Talker):
    """Lina, on the page of her thread with Emil."""

    def __init__(self, program: Program, dice: random.Random) -> None:
        super().__init__(village.LINA.name, program, dice)
        self.host = village.LINA.host
        self.cookie = signed_in(program, village.LINA)
        self.turned_away = 0
        thread = self.thread()
        self.widget, self.key = thread["site"], thread["key"]
        self.topic = f"chat.{thread['conversation']}"
        hello = {"do": "hello", "protocol": 1, "site": self.widget, "key": self.key, "language": "en"}
        self.use(Line(program.port, self.host, f"http://{self.host}:{program.port}", hello, self.cookie, dice))

    def thread(self) -> dict[str, str]:
        _, _, page = self.program.get(self.host, "/experts")
        path = re.search(r'/experts/\d+/\d+', page)
        assert path, page
        status, headers, body = self.post(f"{path[0]}/ask", {}, form=path[0])
        assert status == 303, f"{status} {body[:300]}"
        _, _, page = self.program.get(self.host, headers["location"], {"Cookie": self.cookie})
        element = re.search(r"<parley-talk [^>]*>", page)
        assert element, page
        return dict(re.findall(r'(\w+)="([^"]*)"', element[0]))

    def post(self, path: str, fields: dict[str, str], form: str) -> tuple[int, dict[str, str], str]:
        """Sends the form of a page that was opened before."""
        _, headers, page = self.program.get(self.host, form, {"Cookie": self.cookie, "Accept": "text/html"})
        found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
        given = [part.split(";", 1)[0] for name, part in headers.items() if name == "set-cookie"]
        sent = {
            "Cookie": "; ".join([self.cookie, *given]), "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{self.host}:{self.program.port}",
        }
        return self.program.request("POST", self.host, path, urllib.parse.urlencode({**found, **fields}), sent)

    def begins_purchase(self) -> str:
        """Answers its number."""
        _, _, shop = self.program.get(self.host, "/buy", {"Cookie": self.cookie})
        packs = re.findall(r'href="(/buy\?pack=\d+)"', shop)
        for path in packs:
            _, _, page = self.program.get(self.host, path, {"Cookie": self.cookie})
            if PACK in page:
                status, headers, body = self.post("/buy", {"way": "test"}, form=path)
                number = re.search(r"/(\d+)/pay", headers.get("location", ""))
                assert status == 303 and number, f"{status} {headers} {body[:300]}"
                return number[1]
        raise AssertionError(f"no pack {PACK} is on sale: {packs}")

    def refused(self, frame: Frame) -> None:
        """A question that cannot be paid is said to be so, and stays with who typed it."""
        outbox = self.outbox(self.topic)
        if frame.get("reason") in NO_ROOM and frame.get("id") in outbox.waiting:
            outbox.waiting.pop(frame["id"])
            self.turned_away += 1
        else:
            super().refused(frame)

    def credentials(self) -> dict[str, str]:
        return {"Authorization": f"Visitor {self.widget}:{self.key}", "Origin": self.line.origin}


class Expert(Agent):
    def __init__(self, program: Program, dice: random.Random) -> None:
        super().__init__(village.EMIL, program, dice)


class Bank:
    """Tells the program what was paid, as a provider does: until it is heard, and then once more."""

    def __init__(self, program: Program, dice: random.Random) -> None:
        self.program, self.dice = program, dice
        key = (program.folder / "data/keys/test-payments").read_bytes().hex()
        self.secret = f"whsec_{key}".encode()

    async def pays(self, purchase: str) -> None:
        body = json.dumps({"id": f"round.{purchase}", "kind": "paid", "purchase": purchase, "minor": 2000, "currency": "EUR"})
        heard = 0
        while heard < 2:
            try:
                heard += await asyncio.to_thread(self.tells, body) == 200
            except OSError:
                pass
            await asyncio.sleep(self.dice.uniform(0, 0.1))

    def tells(self, body: str) -> int:
        at = int(time.time())
        code = hmac.new(self.secret, f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Parley-Signature": f"t={at},v1={code}", "Content-Type": "application/json"}
        return self.program.request("POST", "localhost", "/webhooks/payments/test", body, headers)[0]


def owed(history: list[Frame]) -> tuple[int, int]:
    """What a thread comes to while no deadline has passed: credits that were taken, and credits that are set aside."""
    taken = held = 0
    for entry in history:
        if entry["event"] == "MessageSent" and entry["by"]["kind"] == "visitor":
            held += 1
        elif entry["event"] == "MessageSent":
            taken, held = taken + held, 0
    return taken, held


async def wallet(customer: Customer) -> tuple[int, int]:
    """Credits, and of those set aside, as the page of the wallet is told."""
    line = Line(
        customer.program.port, customer.host, customer.line.origin, {"do": "hello", "protocol": 1, "watch": True}, customer.cookie,
        customer.dice)
    try:
        await line.welcomed.wait()
        answer = await line.ask({"do": "subscribe", "topic": f"wallet.{line.welcome['you']['id']}"})
        if answer["event"] != "Snapshot":
            raise ProtocolBroken(f"no wallet: {answer}")
        credits = next(one for one in answer["wallets"] if one["unit"] == "credits")
        return credits["units"], credits["held"]
    finally:
        await line.close()


async def join(expert: Expert, topic: str) -> None:
    await expert.line.welcomed.wait()
    await expert.subscribe(topic)
    await done(expert, {"do": "join", "topic": topic})
