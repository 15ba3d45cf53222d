"""Text messages: our adapter against a stand-in for the gateway that Twilio's own client and library judge."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_payments import Buyer, forward, until
from text_house import ACCOUNT, OURS, SECRET, TextHouse, serving
from twilio.request_validator import RequestValidator

from program import Program

PHONE = "+33612345678"


@pytest.fixture
def house() -> Iterator[TextHouse]:
    with serving(TextHouse()) as house:
        yield house
    assert house.faults == [], "what was asked is not what the client asks"


@pytest.fixture
def parley(tmp_path: Path, house: TextHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    settings = {"ACCOUNT": ACCOUNT, "SECRET": SECRET, "NUMBERS": ",".join(OURS), "ADDRESS": house.address}
    for name, value in settings.items():
        monkeypatch.setenv(f"PARLEY_SMS_{name}", value)
    parley = Program(tmp_path)
    house.webhook = parley.url("localhost", "/webhooks/texts")
    parley.start()
    yield parley
    if parley.runs:
        parley.kill()


def asks(clara: Buyer, phone: str = PHONE) -> None:
    status, leads, page = clara.post("/profile/phone", {"phone": phone}, "/profile/phone")
    assert (status, leads) == (303, "/profile/phone?done=sent"), page


def code(house: TextHouse) -> str:
    until("the code is sent", lambda: bool(house.sent("is your code")))
    found = re.search(r"\d{6}", house.sent("is your code")[-1].form["Body"])
    assert found
    return found[0]


def proved(parley: Program, house: TextHouse) -> Buyer:
    clara = Buyer(parley)
    asks(clara)
    assert clara.post("/profile/phone/proof", {"code": code(house)}, "/profile/phone")[1] == "/profile/phone?done=proved"
    return clara


def test_library() -> None:
    """C14: the judge is the one whose example our own tests repeat."""
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030", "To": "+18005551212"}
    assert RequestValidator("12345").compute_signature("https://mycompany.com/myapp.php?foo=1&bar=2", fields) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_code(parley: Program, house: TextHouse) -> None:
    """B9: the code goes out as Twilio's client would send it, once, and proves the number; what is told of it later is taken once and in any order."""
    clara = proved(parley, house)
    assert "ending in 78" in clara.get("/profile/phone")[2] and "12345678" not in clara.get("/profile/phone")[2]
    [text] = house.sent("is your code")
    assert text.form["To"] == PHONE and text.form["From"] in OURS
    assert text.form["StatusCallback"].startswith(f"{house.webhook}/")
    sid = house.texts[0][0]
    assert [house.status(sid, status) for status in ("delivered", "sent", "delivered", "queued")] == [204] * 4


def test_undelivered(parley: Program, house: TextHouse) -> None:
    """B9: a number that no code can be brought to is said to be so, and another one can be typed."""
    clara = Buyer(parley)
    asks(clara)
    code(house)
    assert "could not be brought" not in clara.get("/profile/phone")[2]
    until("it is written down that it left", lambda: house.status(house.texts[0][0], "undelivered", ErrorCode="30003") == 204)
    assert "could not be brought" in clara.get("/profile/phone")[2]
    house.trouble = [(400, 21211)]
    forward(clara, 61)
    assert clara.post("/profile/phone/again", {}, "/profile/phone")[0] == 303
    until("it is refused", lambda: "could not be brought" in clara.get("/profile/phone")[2])
    assert len(house.asked) == 2, "what is refused is not tried again"


@pytest.mark.parametrize("trouble", [[(429, 20429)], [(500, 20500), (503, 20503)], [(599, 0)]], ids=["busy", "broken", "cut"])
def test_trouble(parley: Program, house: TextHouse, trouble: list[tuple[int, int]]) -> None:
    """C14: a gateway that is busy, broken or gone in the middle is asked again until it takes the text."""
    house.trouble = list(trouble)
    clara = Buyer(parley)
    asks(clara)
    for count in range(len(trouble)):
        until("it is tried", lambda: len(house.asked) > count)
        forward(clara, 40)
    until("it is taken", lambda: len(house.texts) == 1)
    assert len(house.asked) == len(trouble) + 1


def test_keywords(parley: Program, house: TextHouse) -> None:
    """B9: STOP from the telephone ends texts and START brings them back; what is told twice or late changes nothing."""
    clara = proved(parley, house)
    stopped = "has ended texts with STOP"
    assert stopped not in clara.get("/profile/phone")[2]
    assert [house.hears("Stop", PHONE, sid="SM-stop") for _ in range(2)] == [200, 200]
    assert stopped in clara.get("/profile/phone")[2]
    assert house.hears("START", PHONE, ours=OURS[1], sid="SM-start") == 200
    assert stopped not in clara.get("/profile/phone")[2]
    assert house.hears("Stop", PHONE, sid="SM-stop") == 200, "late, and taken before"
    assert stopped not in clara.get("/profile/phone")[2]
    # Words that the owner set at the gateway itself.
    assert house.hears("no more please", PHONE, sid="SM-own", OptOutType="STOP") == 200
    assert stopped in clara.get("/profile/phone")[2]
    # A stranger's telephone is told nothing.
    asked = len(house.asked)
    assert house.hears("Hello?", "+33699999999", sid="SM-stranger") == 200
    assert len(house.asked) == asked


def test_signatures(parley: Program, house: TextHouse) -> None:
    """C14: a webhook counts when it was signed with our secret over our address and every field; anything else is refused and changes nothing."""
    clara = proved(parley, house)
    right = {"MessageSid": "SM-1", "From": PHONE, "To": OURS[0], "Body": "STOP"}
    signed = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", **right}
    assert house.post(house.webhook, right, secret="another") == 400
    assert house.post(house.webhook, right, signed={**signed, "Body": "stop"}) == 400
    assert house.post(house.webhook, {**right, "More": "1"}, signed=signed) == 400
    assert house.post(house.webhook, right, signed={}) == 400
    assert house.post(house.webhook, {**right, "AccountSid": "AC9"}) == 400
    # Signed for another host, which the request then names as its own.
    elsewhere = house.webhook.replace("localhost", "evil.example")
    signature = RequestValidator(SECRET).compute_signature(elsewhere, signed)
    assert house.post(house.webhook, right, signed={}, headers={"X-Twilio-Signature": signature, "X-Forwarded-Host": "evil.example"}) == 400
    callback = house.texts[0][1].form["StatusCallback"]
    assert house.post(callback, {"MessageSid": house.texts[0][0], "MessageStatus": "failed"}, secret="another") == 400
    assert "has ended texts" not in clara.get("/profile/phone")[2]
    # Line ends, letters of every alphabet and empty fields are signed as they are.
    strange = {**right, "MessageSid": "SM-2", "Body": "first\r\nsecond\n 😀 été ?&=+%", "Empty": ""}
    assert house.post(house.webhook, strange) == 200
    assert house.post(house.webhook, right) == 200
    assert "has ended texts" in clara.get("/profile/phone")[2]
