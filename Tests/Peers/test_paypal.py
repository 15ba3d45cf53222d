"""Paying with PayPal: our adapter against a stand-in that PayPal's own OpenAPI files judge."""

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from paypal_contract import contract
from paypal_house import CLIENT, SECRET, WEBHOOK, PayPalHouse, Signer, serving
from private_postgres import PrivatePostgres
from program import Program
from test_payments import Buyer, forward, until


@pytest.fixture
def house() -> Iterator[PayPalHouse]:
    with serving(PayPalHouse(tells=False)) as house:
        yield house
    assert house.faults == [], "what was asked or answered is not in PayPal's files"


def opened(stack: ExitStack, folder: Path, house: PayPalHouse, monkeypatch: pytest.MonkeyPatch, *options: str, engine: str = "sqlite") -> Program:
    roots = folder / "roots.pem"
    roots.write_bytes(Signer.pem(house.signer.root))
    # Commands beside the program read the same settings.
    settings = {"PAYPAL": CLIENT, "PAYPAL_SECRET": SECRET, "PAYPAL_WEBHOOK": WEBHOOK, "PAYPAL_ADDRESS": house.address, "CERTIFICATES": str(roots)}
    for name, value in settings.items():
        monkeypatch.setenv(f"PARLEY_{name}", value)
    database = stack.enter_context(PrivatePostgres()).new_database() if engine == "postgres" else None
    parley = Program(folder, database, list(options))
    house.webhook = parley.url("localhost", "/webhooks/payments/paypal")
    parley.start()
    stack.callback(lambda: parley.kill() if parley.runs else None)
    return parley


@pytest.fixture
def parley(tmp_path: Path, house: PayPalHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    with ExitStack() as stack:
        yield opened(stack, tmp_path, house, monkeypatch)


def order(clara: Buyer, house: PayPalHouse, purchase: str) -> str:
    """The order to which a purchase leads."""
    status, leads, page = clara.get(f"{purchase}/pay")
    assert status == 200 and leads.startswith(f"{house.address}/checkoutnow?token="), (status, leads, page)
    return leads.rpartition("=")[2]


def paths(house: PayPalHouse) -> list[str]:
    return [asked.path for asked in house.asked]


def bought(clara: Buyer, house: PayPalHouse) -> tuple[str, dict[str, Any]]:
    """A purchase that was paid, and its capture."""
    purchase = clara.order("paypal")
    name = order(clara, house, purchase)
    house.approve(name)
    clara.get(f"{purchase}?back=paid&token={name}")
    until("it is captured", lambda: clara.credits() == 8)
    return purchase, house.orders[name]["captures"][0]


def test_order(parley: Program, house: PayPalHouse) -> None:
    """A12: the buyer agrees on PayPal's page and comes back; the capture credits once, whatever is told of it again, and both houses name the payment alike."""
    clara = Buyer(parley)
    assert "With your PayPal account" in clara.get("/buy")[2]
    purchase = clara.order("paypal")
    name = order(clara, house, purchase)
    number = purchase.rsplit("/", 1)[1]
    unit = house.orders[name]["unit"]
    assert unit["amount"] == {"currency_code": "EUR", "value": "20.00"} and unit["custom_id"] == f"purchase.{number}"
    assert unit["invoice_id"] in clara.get(purchase)[2]
    # Who comes back without having agreed is charged nothing.
    assert "You did not pay" in clara.get(f"{purchase}?back=cancelled&token={name}")[2]
    clara.get(f"{purchase}?back=paid&token={name}")
    until("PayPal is asked", lambda: f"/v2/checkout/orders/{name}" in paths(house))
    assert clara.credits() == 0
    # It waits with its page, and is paid there.
    assert order(clara, house, purchase) == name
    house.approve(name)
    clara.get(f"{purchase}?back=paid&token={name}")
    until("it is captured", lambda: clara.credits() == 8)
    assert paths(house).count(f"/v2/checkout/orders/{name}/capture") == 1
    assert paths(house).count("/v1/oauth2/token") == 1, "the token is kept"
    for _ in range(2):
        assert house.tell("PAYMENT.CAPTURE.COMPLETED", house.orders[name]["captures"][0]) == 204
    assert clara.credits() == 8
    assert "Paid, thank you" in clara.get(purchase)[2]
    parley.doctor()


def test_closed_browser(parley: Program, house: PayPalHouse) -> None:
    """A12, A16: who agrees and closes the browser has paid, too: the webhook has it captured, or the look after ten minutes."""
    clara = Buyer(parley)
    first = order(clara, house, clara.order("paypal"))
    house.approve(first)
    assert house.tell("CHECKOUT.ORDER.APPROVED", house.shown(house.orders[first])) == 204
    until("it is captured", lambda: clara.credits() == 8)
    second = order(clara, house, clara.order("paypal"))
    house.approve(second)
    forward(clara, 600)
    until("it is captured, too", lambda: clara.credits() == 16)


def test_signatures(parley: Program, house: PayPalHouse) -> None:
    """A12, A15b: a webhook counts when PayPal signed its bytes for our webhook; another key, name, root, address or byte is refused, and nobody else is asked for a certificate."""
    clara = Buyer(parley)
    purchase = clara.order("paypal")
    name = order(clara, house, purchase)
    house.approve(name)
    house.capture(house.orders[name])
    body = house.event("PAYMENT.CAPTURE.COMPLETED", house.orders[name]["captures"][0])
    right = house.seal(body)
    stranger = Signer()
    other = {"CERT-STRANGER": stranger, "CERT-NAME": Signer("paypal.com.evil.example")}
    for file, signer in other.items():
        house.certificates[file] = Signer.pem(signer.leaf, signer.root)
    # Of the right root, and its time is over; of the right root, by another name.
    house.certificates["CERT-MISNAMED"] = Signer.pem(leaf(house.signer, "parley.example", 30), house.signer.root)
    house.certificates["CERT-OLD"] = Signer.pem(leaf(house.signer, "messageverificationcerts.paypal.com", -1), house.signer.root)
    there = f"{house.address}/v1/notifications/certs"
    wrong = [
        {},
        house.seal(body, webhook="9XX00000X000000X"),
        house.seal(body, certificate=f"{there}/CERT-STRANGER", signer=stranger),
        house.seal(body, certificate=f"{there}/CERT-NAME", signer=other["CERT-NAME"]),
        house.seal(body, certificate=f"{there}/CERT-OLD"),
        house.seal(body, certificate=f"{there}/CERT-MISNAMED"),
        house.seal(body, certificate=f"{there}/CERT-NOWHERE"),
        house.seal(body, signer=stranger),
        {**right, "PAYPAL-TRANSMISSION-TIME": "2026-01-01T00:00:00Z"},
        {**right, "PAYPAL-AUTH-ALGO": "SHA1withRSA"},
        *[{**right, "PAYPAL-CERT-URL": elsewhere} for elsewhere in ELSEWHERE],
        *[{key: value for key, value in right.items() if key != missing} for missing in right if missing.startswith("PAYPAL")],
    ]
    for seal in wrong:
        assert house.send(body, seal) == 400, seal
    assert house.send(body.replace(b"20.00", b"2.000"), right) == 400
    assert clara.credits() == 0
    assert house.send(body, right) == 204
    assert clara.credits() == 8
    assert paths(house).count("/v1/notifications/certs/CERT-1") == 1, "the certificate is kept"
    assert not any(path.endswith("verify-webhook-signature") for path in paths(house))
    # What has nothing to do with us is taken and passed over.
    assert house.tell("BILLING.SUBSCRIPTION.CREATED", {"id": "I-1", "status": 7}) == 204


ELSEWHERE = [
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://evil.example/v1/notifications/certs/CERT-1",
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@127.0.0.1/v1/notifications/certs/CERT-1",
    "file:///etc/ssl/certs/ca-certificates.crt",
    "http://169.254.169.254/latest/meta-data",
]


def leaf(signer: Signer, name: str, days: int) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return signer.certificate(subject, signer.root.subject, signer.key.public_key(), days, is_root=False)


def test_asked_about(tmp_path: Path, house: PayPalHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A12, A15b: with paypal-check online PayPal is asked about each webhook, with the bytes as they came; while it does not answer the webhook is told to come again."""
    with ExitStack() as stack:
        parley = opened(stack, tmp_path, house, monkeypatch, "--paypal-check", "online")
        clara = Buyer(parley)
        purchase = clara.order("paypal")
        name = order(clara, house, purchase)
        house.approve(name)
        house.capture(house.orders[name])
        body = house.event("PAYMENT.CAPTURE.COMPLETED", house.orders[name]["captures"][0])
        right = house.seal(body)
        for said, seal in [(body.replace(b"20.00", b"2.000"), right), (body, house.seal(body, signer=Signer())), (body + b', "webhook_id": "X"', right)]:
            assert house.send(said, seal) == 400
        assert clara.credits() == 0
        # A token that ended before its time is fetched anew, once.
        house.tokens.clear()
        assert house.send(body, right) == 204
        assert clara.credits() == 8
        assert not any("/certs/" in path for path in paths(house))


def test_awaiting_validation(parley: Program, house: PayPalHouse) -> None:
    """A12: a payment that PayPal looks at awaits validation, cannot be paid twice or called off, and stands first for the administrator; confirmed it credits, denied it is tried again as another order."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    house.funding = "PENDING"
    purchase = clara.order("paypal")
    name = order(clara, house, purchase)
    house.approve(name)
    clara.get(f"{purchase}?back=paid")
    until("it awaits validation", lambda: "Payment awaiting validation" in clara.get(purchase)[2])
    page = clara.get(purchase)[2]
    assert f'action="{purchase}/pay"' not in page and f'action="{purchase}/cancel"' not in page
    assert clara.get(f"{purchase}/pay")[:2] == (303, purchase)
    assert "awaiting validation" in ada.get("/admin/payments")[2]
    capture = house.orders[name]["captures"][0]
    capture["status"] = "DECLINED"
    assert house.tell("PAYMENT.CAPTURE.DENIED", capture) == 204
    assert "The payment was declined" in clara.get(purchase)[2]
    house.funding = "COMPLETED"
    assert clara.post(f"{purchase}/pay", {}, purchase)[0] == 303
    another = order(clara, house, purchase)
    assert another != name
    house.approve(another)
    clara.get(f"{purchase}?back=paid")
    until("it is paid", lambda: clara.credits() == 8)
    house.funding = "PENDING"
    late = clara.order("paypal")
    name = order(clara, house, late)
    house.approve(name)
    clara.get(f"{late}?back=paid")
    until("it awaits validation", lambda: "awaiting validation" in clara.get(late)[2])
    capture = house.orders[name]["captures"][0]
    capture["status"] = "COMPLETED"
    assert house.tell("PAYMENT.CAPTURE.COMPLETED", capture) == 204
    assert clara.credits() == 16
    parley.doctor()


def test_declined(parley: Program, house: PayPalHouse) -> None:
    """A12: what PayPal does not capture charges nobody; another try is another order, and an order that is gone there is over here."""
    clara = Buyer(parley)
    house.funding = "INSTRUMENT_DECLINED"
    purchase = clara.order("paypal")
    name = order(clara, house, purchase)
    house.approve(name)
    clara.get(f"{purchase}?back=paid")
    until("it is declined", lambda: "The payment was declined" in clara.get(purchase)[2])
    house.funding = "COMPLETED"
    clara.post(f"{purchase}/pay", {}, purchase)
    second = order(clara, house, purchase)
    assert second != name and house.orders[second]["unit"]["custom_id"] == house.orders[name]["unit"]["custom_id"]
    del house.orders[second]
    clara.get(f"{purchase}?back=paid")
    until("it is over", lambda: "Nobody paid in time" in clara.get(purchase)[2])
    assert clara.credits() == 0


def test_lost_answers(parley: Program, house: PayPalHouse) -> None:
    """A12: when the line breaks in the middle of a question nothing is made, captured or paid back twice, and what became of it is found out."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    house.trouble = [599]
    purchase = clara.order("paypal")
    assert "cannot be reached now" in clara.get(f"{purchase}?back=paymentUnavailable")[2]
    clara.post(f"{purchase}/pay", {}, purchase)
    name = order(clara, house, purchase)
    assert len(house.orders) == 1, "the same key, the same order"
    house.approve(name)
    house.trouble = [599]
    clara.get(f"{purchase}?back=paid")
    until("the capture is asked for", lambda: house.trouble == [])

    def is_paid() -> bool:
        forward(clara, 60)
        return clara.credits() == 8

    until("it is found out", is_paid)
    assert len(house.orders[name]["captures"]) == 1
    page = purchase.replace("/wallet/purchases", "/admin/payments")
    house.trouble = [599]
    assert ada.post(f"{page}/refund", {"units": "3"}, page)[1] == f"{page}?done=refunded"
    assert clara.credits() == 5
    until("the refund is asked for", lambda: house.trouble == [])
    # PayPal has forgotten the key; the refund that it has is found.
    house.keys.clear()

    def is_paid_back() -> bool:
        forward(ada, 60)
        return "paid back" in clara.get(purchase)[2]

    until("it is paid back", is_paid_back)
    assert [each["amount"]["value"] for each in house.orders[name]["refunds"]] == ["7.50"]
    parley.doctor()


def test_refunds(parley: Program, house: PayPalHouse) -> None:
    """A12, B37: refunds in part and whole, told again by webhook; one that somebody makes at PayPal takes what is left."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    purchase, capture = bought(clara, house)
    page = purchase.replace("/wallet/purchases", "/admin/payments")
    ada.post(f"{page}/refund", {"units": "3"}, page)
    until("it is paid back", lambda: "paid back" in clara.get(purchase)[2])
    (refund,) = house.captured(capture["id"])[0]["refunds"]
    assert refund["amount"] == {"currency_code": "EUR", "value": "7.50"} and refund["custom_id"].startswith("refund.")
    for _ in range(2):
        assert house.tell("PAYMENT.CAPTURE.REFUNDED", refund) == 204
    assert clara.credits() == 5
    theirs = house.refund(capture["id"], {})
    assert theirs["amount"]["value"] == "12.50"
    assert house.tell("PAYMENT.CAPTURE.REFUNDED", theirs) == 204
    assert clara.credits() == 0 and "Refunded" in clara.get(purchase)[2]
    parley.doctor()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_histories(engine: str, tmp_path: Path, house: PayPalHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A12, B37: in whatever order payment, refund, reversal and dispute are told, twice each or one of them lost, the purchase, the wallet and the books end the same."""
    with ExitStack() as stack:
        parley = opened(stack, tmp_path, house, monkeypatch, engine=engine)
        clara = Buyer(parley)
        owned = 0
        for index, told in enumerate(itertools.permutations(["completed", "refund", "reversed", "dispute", "won"])):
            # Each tenth is enough, and another beginning each time.
            if index % 12:
                continue
            purchase = clara.order("paypal")
            name = order(clara, house, purchase)
            house.approve(name)
            house.capture(house.orders[name])
            capture = dict(house.orders[name]["captures"][0])
            theirs = house.refund(capture["id"], {"amount": {"currency_code": "EUR", "value": "5.00"}})
            rest = {"currency_code": "EUR", "value": "15.00"}
            events = {
                "completed": ("PAYMENT.CAPTURE.COMPLETED", capture),
                "refund": ("PAYMENT.CAPTURE.REFUNDED", theirs),
                "reversed": ("PAYMENT.CAPTURE.REVERSED", {**house.reversal(capture["id"]), "amount": rest}),
                "dispute": ("CUSTOMER.DISPUTE.CREATED", {**house.dispute(capture["id"], name=f"PP-D-{index}"), "dispute_amount": rest}),
                "won": ("CUSTOMER.DISPUTE.RESOLVED", {**house.dispute(capture["id"], outcome="RESOLVED_SELLER_FAVOUR", name=f"PP-D-{index}"), "dispute_amount": rest}),
            }
            # One that is lost comes with the next delivery of the same, days later.
            lost = told[index % 5]
            for what in [each for each in told if each != lost] + list(told):
                kind, about = events[what]
                assert house.tell(kind, about, name=f"WH-{name}-{what}") == 204
            owned += 6
            assert clara.credits() == owned, told
            assert "Refunded in part" in clara.get(purchase)[2], told
        parley.doctor()


def test_disputes(parley: Program, house: PayPalHouse) -> None:
    """A12, B37: talk between buyer and seller moves nothing, a dispute takes what is left and a lost one keeps it; a refund of the same money takes nothing a second time."""
    clara, ada = Buyer(parley), Buyer(parley, "ada")
    purchase, capture = bought(clara, house)
    assert house.tell("CUSTOMER.DISPUTE.CREATED", house.dispute(capture["id"], "INQUIRY")) == 204
    assert clara.credits() == 8
    assert house.tell("CUSTOMER.DISPUTE.UPDATED", house.dispute(capture["id"])) == 204
    assert clara.credits() == 0 and "Disputed" in clara.get(purchase)[2]
    assert house.tell("CUSTOMER.DISPUTE.RESOLVED", house.dispute(capture["id"], outcome="RESOLVED_BUYER_FAVOUR")) == 204
    assert house.tell("PAYMENT.CAPTURE.REFUNDED", house.refund(capture["id"], {})) == 204
    assert "Taken back" in clara.get(purchase)[2]
    assert re.search(r"another amount|Another amount", ada.get("/admin/payments")[2])
    parley.doctor()


def test_currencies(parley: Program, house: PayPalHouse) -> None:
    """A12: PayPal takes no dinars, so coins in dinars are not offered with it, and an order that says so all the same makes nothing."""
    clara = Buyer(parley)
    coins = re.search(r'href="(/buy\?pack=\d+)"[^>]*><span><b>50 coins', clara.get("/buy")[2])
    assert coins
    page = clara.get(coins[1])[2]
    assert 'value="test"' in page and 'value="paypal"' not in page
    fields = {key: value for key, value in clara.hidden(page).items() if key in ("pack", "shown", "purchase", "form_token")}
    assert clara.get("/buy", {**fields, "way": "paypal"})[0] == 404
    # Nor does it renew anything.
    plan = re.search(r'href="(/buy\?pack=\d+)"[^>]*><span><b>10 message credits every month', page)
    assert plan and 'value="paypal"' not in clara.get(plan[1])[2]
    assert house.orders == {}


def test_shapes(house: PayPalHouse) -> None:
    """A12: the judge sees a wrong word, a number for a text, an unknown key at any depth and a wrong answer."""
    judge = contract("/v2/checkout/orders")
    good = {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "EUR", "value": "5.00"}}]}
    assert judge.asked("POST", "/v2/checkout/orders", good) == []
    for wrong in [
        {**good, "intent": "TAKE"}, {"intent": "CAPTURE"}, {**good, "extra": 1}, {**good, "purchase_units": [{"amount": {"currency_code": "EUR", "value": 5}}]},
        {**good, "purchase_units": [{"amount": {"currency_code": "EUR", "value": "5.00", "cents": 0}}]},
    ]:
        assert judge.asked("POST", "/v2/checkout/orders", wrong) != [], json.dumps(wrong)
    assert judge.answered("POST", "/v2/checkout/orders", 201, {"id": "1", "status": "PAID"}) != []
    assert judge.answered("POST", "/v2/checkout/orders", 418, {}) != []
