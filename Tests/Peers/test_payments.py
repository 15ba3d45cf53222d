"""Paying with Stripe: our adapter against a stand-in that Stripe's own library judges, and against localstripe, which somebody else wrote."""

import html
import http.cookiejar
import itertools
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stripe

from card_house import BROKE, KEY, WANTS_OWNER, CardHouse, serving
from program import Program, ends_with_us, free_port

PATIENCE_SECONDS = 20


class Buyer:
    """Somebody in the demo with a browser that has no scripts."""

    class Stays(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    def __init__(self, parley: Program, person: str = "clara") -> None:
        self.home = parley.url("localhost", "").rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), self.Stays())
        self.opener.addheaders = [("Accept", "text/html")]
        self.person = person
        self.sign_in()

    def sign_in(self) -> None:
        assert self.get(f"/demo/sign-in?as={self.person}")[0] == 303

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads to, and the page."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        question = urllib.request.Request(urllib.parse.urljoin(self.home, path), data, {"Origin": self.home} if data else {})
        try:
            answer = self.opener.open(question, timeout=15)
        except urllib.error.HTTPError as error:
            answer = error
        leads = answer.headers.get("Location") or answer.headers.get("Refresh", "").partition("url=")[2]
        return answer.status, leads, html.unescape(answer.read().decode())

    def hidden(self, page: str) -> dict[str, str]:
        return dict(re.findall(r'name="([a-z_A-Z]+)" value="([^"]*)"', page))

    def order(self, way: str = "stripe", page: str = "/buy", **more: str) -> str:
        """Presses the button of the pack that is chosen; the path of the purchase."""
        fields = {key: value for key, value in self.hidden(self.get(page)[2]).items() if key in ("pack", "shown", "purchase", "form_token")}
        status, leads, page = self.get("/buy", {**fields, "way": way, **more})
        assert status == 303, page
        return leads.partition("?")[0].removesuffix("/pay")

    def session(self, purchase: str) -> str:
        """The session of Checkout to which a purchase leads."""
        status, leads, page = self.get(f"{purchase}/pay")
        assert status == 200 and "/c/pay/" in leads, (status, leads, page)
        return leads.rsplit("/", 1)[1]

    def credits(self) -> int:
        found = re.search(r'data-unit="credits">.*?class="balance">(\d+) message credit', self.get("/wallet")[2], re.S)
        assert found
        return int(found[1])

    def post(self, path: str, fields: dict[str, str], page: str) -> tuple[int, str, str]:
        return self.get(path, {"form_token": self.hidden(self.get(page)[2])["form_token"], **fields})


def until(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.1)


@pytest.fixture
def house() -> Iterator[CardHouse]:
    with serving(CardHouse()) as house:
        yield house
    faults = [asked.path for asked in house.asked if asked.method == "FAULT"]
    assert faults == [], "what was asked is not what Stripe takes"


@pytest.fixture
def parley(tmp_path: Path, house: CardHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setenv("PARLEY_STRIPE_KEY", KEY)
    monkeypatch.setenv("PARLEY_STRIPE_WEBHOOK_SECRET", f"whsec_new, {house.secret}")
    parley = Program(tmp_path, options=["--stripe-address", house.address, "--bank-account", "Example Ltd, IBAN DE00 0000"])
    house.webhook = parley.url("localhost", "/webhooks/payments/stripe")
    parley.start()
    yield parley
    if parley.runs:
        parley.kill()


def test_checkout(parley: Program, house: CardHouse) -> None:
    """A10, A11, A13, A15a: the buyer is sent to a Checkout session that Stripe's library would have asked for, with no list of cards and wallets; nothing is credited before the webhook, and once after it."""
    clara = Buyer(parley)
    purchase = clara.order()
    name = clara.session(purchase)
    assert clara.session(purchase) == name, "asked again it is the same page"
    session = house.sessions[name]
    assert session["amount_total"] == 2000 and session["currency"] == "eur"
    number = purchase.rsplit("/", 1)[1]
    assert session["asked"]["payment_intent_data"]["metadata"] == {"purchase": number}
    assert "payment_method_types" not in session["asked"] and "setup_future_usage" not in session["asked"]["payment_intent_data"]
    # Coming back says nothing.
    assert clara.get(f"{purchase}?back=paid")[1].startswith(f"{purchase}?back=paid&look=1")
    assert clara.credits() == 0
    payment = house.pay(name)
    assert clara.credits() == 8
    for _ in range(2):
        assert house.tell("checkout.session.completed", session, "evt_again") == 204
    assert house.tell("payment_intent.succeeded", payment) == 204
    assert clara.credits() == 8
    assert "Paid, thank you" in clara.get(purchase)[2]


def test_signatures(parley: Program, house: CardHouse) -> None:
    """A15b: a forged, an altered and an old delivery are refused; one whose secret is being changed for another is taken."""
    clara = Buyer(parley)
    name = clara.session(clara.order())
    house.webhook, address = "http://127.0.0.1:1/", house.webhook
    session = house.sessions[name]
    house.pay(name, tells=False)
    house.webhook = address
    body = house.event("checkout.session.completed", session)
    right = house.signature(body)
    for wrong in ["", "t=0", right.replace("v1=", "v2="), house.signature(body, time.time() - 301), house.signature(body, secret="whsec_mine")]:
        assert house.send(body, wrong) == 400
    assert house.send(body.replace(b"2000", b"2001"), right) == 400
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, house.signature(body, time.time() - 301), house.secret)
    assert clara.credits() == 0
    assert house.send(body, house.signature(body, secret="whsec_new")) == 204
    assert clara.credits() == 8
    # What has nothing to do with us is taken and passed over.
    assert house.tell("customer.created", {"id": "cus_1", "object": "customer", "metadata": {}}) == 204


@pytest.mark.parametrize("order", list(itertools.permutations(["completed", "succeeded", "refund", "dispute", "closed"]))[::7])
def test_orders(parley: Program, house: CardHouse, order: tuple[str, ...]) -> None:
    """B37: in whatever order payment, refund and dispute are told, twice each, the purchase and the wallet end the same."""
    clara = Buyer(parley)
    purchase = clara.order()
    name = clara.session(purchase)
    payment = house.pay(name, tells=False)
    refund = {"object": "refund", "id": "re_9", "amount": 500, "currency": "eur", "payment_intent": payment["id"], "status": "succeeded", "metadata": {}}
    told = {
        "completed": ("checkout.session.completed", house.sessions[name]), "succeeded": ("payment_intent.succeeded", payment),
        "refund": ("refund.created", refund), "dispute": ("charge.dispute.created", {**house.dispute(payment["id"], "needs_response"), "amount": 1500}),
        "closed": ("charge.dispute.closed", {**house.dispute(payment["id"], "won"), "amount": 1500}),
    }
    for what in order + order:
        assert house.tell(*told[what]) == 204
    assert clara.credits() == 6
    assert "Refunded in part" in clara.get(purchase)[2]
    parley.doctor()


def test_lost_answer(parley: Program, house: CardHouse) -> None:
    """A15a: when the line breaks in the middle of a question nothing is asked for twice, and a payment of which nothing was heard is found out."""
    clara = Buyer(parley)
    house.trouble = [599]
    purchase = clara.order()
    assert len(house.sessions) == 1
    assert "cannot be reached now" in clara.get(f"{purchase}?back=paymentUnavailable")[2]
    status, leads, _ = clara.post(f"{purchase}/pay", {}, purchase)
    assert (status, leads) == (303, f"{purchase}/pay")
    name = clara.session(purchase)
    assert len(house.sessions) == 1, "the same key, the same session"
    house.pay(name, tells=False)
    assert clara.credits() == 0
    forward(clara, 600)
    until("the payment is found out", lambda: clara.credits() == 8)
    # The webhook comes after all.
    assert house.tell("checkout.session.completed", house.sessions[name]) == 204
    assert clara.credits() == 8


def forward(person: Buyer, seconds: int) -> None:
    assert person.post("/dev/clock", {"seconds": str(seconds)}, "/dev")[0] == 303


def test_kept_card(parley: Program, house: CardHouse) -> None:
    """A13: who asks for it has the card kept at Stripe; it pays without its owner, who is sent to Checkout when its bank wants to see them."""
    clara = Buyer(parley)
    purchase = clara.order(keepsCard="on")
    name = clara.session(purchase)
    assert house.sessions[name]["asked"]["payment_intent_data"]["setup_future_usage"] == "off_session"
    house.pay(name)
    until("the card is kept", lambda: "•••• 4242" in clara.get("/wallet")[2])
    (method,) = house.methods
    second = clara.order("stripe.card")
    asked = [asked for asked in house.asked if asked.path == "/v1/payment_intents"][-1].fields
    assert (asked["off_session"], asked["confirm"], asked["payment_method"]) == ("true", "true", method)
    assert clara.credits() == 8, "the answer credits nothing"
    paid = [payment for payment in house.payments.values() if payment["metadata"] == {"purchase": second.rsplit("/", 1)[1]}]
    house.tell("payment_intent.succeeded", paid[0])
    assert clara.credits() == 16
    for answer in (WANTS_OWNER, BROKE):
        house.methods[method] = answer
        third = clara.order("stripe.card")
        assert "Your card was declined" in clara.get(f"{third}?back=cardDeclined")[2]
        clara.post(f"{third}/pay", {}, third)
        house.pay(clara.session(third))
    assert clara.credits() == 32
    assert clara.post("/wallet/card", {"provider": "stripe"}, "/wallet")[0] == 303
    until("it is gone at Stripe, too", lambda: house.methods.keys() == set() or method not in house.methods)
    assert "•••• 4242" not in clara.get("/buy")[2]


def test_subscription(parley: Program, house: CardHouse) -> None:
    """A42: a subscription keeps the card at Checkout and charges it off-session every month; one that its bank declines is told of, and paid by hand."""
    clara = Buyer(parley)
    plan = re.search(r'href="(/buy\?pack=\d+)"[^>]*><span><b>10 message credits every month', clara.get("/buy")[2])
    assert plan
    purchase = clara.order(page=plan[1])
    name = clara.session(purchase)
    asked = house.sessions[name]["asked"]
    assert asked["payment_intent_data"]["setup_future_usage"] == "off_session"
    assert asked["mode"] == "payment", "the house renews, not Stripe"
    house.pay(name)
    until("the card is kept", lambda: "•••• 4242" in clara.get("/wallet")[2])
    assert clara.credits() == 10
    (method,) = house.methods

    def charged(months: int) -> bool:
        forward(clara, 60)
        return len([asked for asked in house.asked if asked.path == "/v1/payment_intents"]) == months

    forward(clara, 30 * 86_400 + 3600)
    clara.sign_in()
    until("the second month is asked for", lambda: charged(1))
    fields = [asked for asked in house.asked if asked.path == "/v1/payment_intents"][-1].fields
    assert (fields["off_session"], fields["confirm"], fields["payment_method"], fields["amount"]) == ("true", "true", method, "1900")
    assert clara.credits() == 10, "the answer credits nothing"
    renewal = [payment for payment in house.payments.values() if payment["metadata"] == {"purchase": fields["metadata"]["purchase"]}]
    house.tell("payment_intent.succeeded", renewal[0])
    assert clara.credits() == 20
    house.methods[method] = BROKE
    forward(clara, 31 * 86_400)
    clara.sign_in()
    until("the third month is asked for", lambda: charged(2))
    until("its owner is told", lambda: "Your subscription could not be paid" in clara.get("/notices")[2])
    third = f"/wallet/purchases/{[asked for asked in house.asked if asked.path == '/v1/payment_intents'][-1].fields['metadata']['purchase']}"
    clara.post(f"{third}/pay", {}, third)
    house.pay(clara.session(third))
    assert clara.credits() == 30
    assert "renews on" in clara.get("/wallet")[2]


def test_recharge(parley: Program, house: CardHouse) -> None:
    """C9a, P16: a low wallet charges the kept card off-session; when its bank wants to see its owner nothing is tried again until they pay by hand."""
    clara = Buyer(parley)
    house.pay(clara.session(clara.order(keepsCard="on")))
    until("the card is kept", lambda: "•••• 4242" in clara.get("/wallet")[2])
    (method,) = house.methods
    pack = re.search(r'<option value="(\d+\.credits\.3\.[^"]+)"', clara.get("/wallet")[2])
    assert pack

    def charged() -> list[dict[str, str]]:
        return [asked.fields for asked in house.asked if asked.path == "/v1/payment_intents"]

    wish = {"unit": "credits", "pack": pack[1], "below-credits": "100", "most-credits": "2", "do": "set"}
    assert clara.post("/wallet/recharge", wish, "/wallet")[1] == "/wallet?done=rechargeSet"
    until("the card is charged", lambda: len(charged()) == 1)
    assert (charged()[0]["off_session"], charged()[0]["amount"], charged()[0]["payment_method"]) == ("true", "1000", method)
    assert clara.credits() == 8, "the answer credits nothing"
    # One is under way: another look at the wallet begins no second one.
    assert clara.post("/wallet/recharge", {**wish, "below-credits": "90"}, "/wallet")[1] == "/wallet?done=rechargeSet"
    assert "under way" in clara.get("/wallet")[2] and len(charged()) == 1
    house.methods[method] = WANTS_OWNER
    (paid,) = [payment for payment in house.payments.values() if payment["metadata"] == {"purchase": charged()[0]["metadata"]["purchase"]}]
    for _ in range(2):
        house.tell("payment_intent.succeeded", paid)
    assert clara.credits() == 11
    # It is low still, so it buys once more, and the bank wants to see her.
    until("it has stopped", lambda: "your bank wants to see you" in clara.get("/wallet")[2])
    assert "Your automatic recharge has stopped" in clara.get("/notices")[2]
    forward(clara, 3600)
    assert len(charged()) == 2
    second = f"/wallet/purchases/{charged()[1]['metadata']['purchase']}"
    assert second in clara.get("/wallet")[2]
    clara.post(f"{second}/pay", {}, second)
    house.pay(clara.session(second))
    assert clara.credits() == 14
    assert "2 times in the last 24 hours" in clara.get("/wallet")[2], "and not more today"
    assert len(charged()) == 2
    parley.doctor()


def test_card_with_lost_answer(parley: Program, house: CardHouse) -> None:
    """A13: a kept card whose answer is lost is not charged again; what became of it is looked up by the purchase."""
    clara = Buyer(parley)
    house.pay(clara.session(clara.order(keepsCard="on")))
    until("the card is kept", lambda: "•••• 4242" in clara.get("/wallet")[2])
    house.trouble = [599]
    clara.order("stripe.card")
    assert len(house.payments) == 2 and clara.credits() == 8
    forward(clara, 600)
    until("the payment is found out", lambda: clara.credits() == 16)
    assert len(house.payments) == 2


def test_refund(parley: Program, house: CardHouse) -> None:
    """B37: an administrator's refund is asked for once, with Stripe in trouble too, and told to the buyer."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    purchase = clara.order()
    house.pay(clara.session(purchase))
    page = purchase.replace("/wallet/purchases", "/admin/payments")
    house.trouble = [599]
    assert ada.post(f"{page}/refund", {"units": "3"}, page)[1] == f"{page}?done=refunded"
    assert clara.credits() == 5
    until("it is asked for", lambda: house.trouble == [])

    def paid_back() -> bool:
        forward(ada, 60)
        return "paid back" in clara.get(purchase)[2]

    until("it is paid back", paid_back)
    assert [(refund["amount"], refund["metadata"]["purchase"]) for refund in house.refunds.values()] == [(750, purchase.rsplit("/", 1)[1])]
    for refund in list(house.refunds.values()):
        assert house.tell("refund.updated", refund) == 204
    assert clara.credits() == 5
    assert ada.post(f"{page}/refund", {"units": "6"}, page)[0] == 409
    # What somebody gives back at Stripe itself takes what is left.
    payment = house.sessions[next(iter(house.sessions))]["payment_intent"]
    theirs = house.refund({"payment_intent": payment, "amount": "1250", "metadata": {}})
    house.tell("refund.created", theirs)
    assert clara.credits() == 0 and "Refunded" in clara.get(purchase)[2]


def test_expired_and_late(parley: Program, house: CardHouse) -> None:
    """A16: a session that is over ends the purchase; money that comes late all the same is credited."""
    clara = Buyer(parley)
    purchase = clara.order()
    name = clara.session(purchase)
    house.tell("checkout.session.expired", {**house.sessions[name], "status": "expired"})
    assert "Nobody paid in time" in clara.get(purchase)[2]
    house.pay(name)
    assert clara.credits() == 8


def test_called_off(parley: Program, house: CardHouse) -> None:
    """A13: a purchase that is called off closes its page at Stripe."""
    clara = Buyer(parley)
    purchase = clara.order()
    name = clara.session(purchase)
    assert clara.post(f"{purchase}/cancel", {}, purchase)[0] == 303
    until("its page is closed", lambda: house.sessions[name]["status"] == "expired")


def test_transfer(parley: Program, house: CardHouse) -> None:
    """A14a, A14b: a transfer has a reference, an account and the note of 24 hours, and nothing is asked of Stripe; an administrator credits it."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    purchase = clara.order("bank")
    page = clara.get(purchase)[2]
    assert "Credits within 24 hours" in page and "IBAN DE00 0000" in page and house.asked == []
    there = purchase.replace("/wallet/purchases", "/admin/payments")
    assert there in ada.get("/admin/payments")[2]
    for _ in range(2):
        ada.post(f"{there}/credit", {"received": "20.00", "units": "8"}, "/admin/packs")
    assert clara.credits() == 8


@pytest.fixture
def localstripe(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    script = str(Path(sys.executable).parent / "localstripe")
    # It keeps its state in the folder of temporary files.
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    log = (tmp_path / "localstripe.log").open("wb")
    process = subprocess.Popen(
        ends_with_us([script, "--port", str(port), "--from-scratch"]), stdout=log, stderr=log, env=environment, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            urllib.request.urlopen(urllib.request.Request(f"{address}/v1/balance", headers={"Authorization": f"Bearer {KEY}"}), timeout=2)
            return True
        except OSError:
            return False

    until("localstripe answers", answers)
    yield address
    process.kill()
    process.wait()


def test_somebody_elses_stripe(localstripe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A13, B37: a kept card is charged and refunded at a Stripe that somebody else wrote, and its signed webhook is taken."""
    monkeypatch.setenv("PARLEY_STRIPE_KEY", KEY)
    monkeypatch.setenv("PARLEY_STRIPE_WEBHOOK_SECRET", "whsec_elsewhere")
    parley = Program(tmp_path / "house", options=["--stripe-address", localstripe])
    parley.folder.mkdir()
    client = stripe.StripeClient(KEY, base_addresses={"api": localstripe})
    customer = client.v1.customers.create({"email": "clara@village.example"})
    method = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    hook = urllib.parse.urlencode({"url": parley.url("localhost", "/webhooks/payments/stripe"), "secret": "whsec_elsewhere"}).encode()
    urllib.request.urlopen(
        urllib.request.Request(f"{localstripe}/_config/webhooks/parley", hook, {"Authorization": f"Bearer {KEY}"}), timeout=5
    )
    parley.start()
    try:
        clara, ada = Buyer(parley), Buyer(parley, "ada")
        keep_card(parley, customer.id, method.id)
        purchase = clara.order("stripe.card")
        until("its webhook came", lambda: clara.credits() == 8)
        page = purchase.replace("/wallet/purchases", "/admin/payments")
        ada.post(f"{page}/refund", {"units": "8"}, page)
        until("it is paid back", lambda: "paid back" in clara.get(purchase)[2])
        (refund,) = client.v1.refunds.list().data
        assert refund.amount == 2000
    finally:
        parley.kill()


def keep_card(parley: Program, customer: str, method: str) -> None:
    """It has no Checkout, so that the card was kept is written by hand."""
    import sqlite3

    with sqlite3.connect(parley.folder / "data/parley.db") as database:
        database.execute(
            "INSERT INTO saved_cards SELECT id, 'stripe', ?, ?, 'visa', '4242', 0 FROM accounts WHERE email = 'clara@village.example'",
            (customer, method),
        )


def test_shapes(house: CardHouse) -> None:
    """A15a: the judge of what is asked sees a wrong word, a wrong number and a field that is not there."""
    from card_house import faults

    kind = stripe.params.checkout.SessionCreateParams
    assert list(faults({"mode": "payment", "line_items": [{"quantity": "1"}]}, kind, "")) == []
    for wrong in [{"mode": "pay"}, {"line_items": [{"quantity": "one"}]}, {"line_item": []}, {"expires_at": "soon"}, {"locale": "xx"}]:
        assert len(list(faults(wrong, kind, ""))) == 1, wrong
    assert json.dumps(house.keys) == "{}"
