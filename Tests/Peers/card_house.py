"""A stand-in for Stripe: Checkout with its page, payments with a kept card, refunds, disputes, and signed webhooks.

What it answers has the shape of Stripe's own examples (Tests/Samples/stripe); what it is asked is judged by the types of Stripe's own library.
"""

import hashlib
import hmac
import json
import re
import time
import typing
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import stripe
import stripe.params
import stripe.params.checkout

from program import free_port
from stand_in import StandIn, answering

RESOURCES = json.loads((Path(__file__).resolve().parent.parent / "Samples/stripe/resources.json").read_text())
KEY = "sk_test_card_house"

# Kept cards, by how their bank answers.
GOOD, WANTS_OWNER, BROKE = "pm_good", "pm_wants_owner", "pm_broke"


class Refused(Exception):
    def __init__(self, status: int, **error: str) -> None:
        super().__init__(str(error))
        self.status, self.error = status, error


@dataclass
class Asked:
    method: str
    path: str
    fields: dict[str, Any]
    headers: Mapping[str, str]


@dataclass
class CardHouse:
    """One account at Stripe."""

    port: int = field(default_factory=free_port)
    secret: str = "whsec_card_house"
    asked: list[Asked] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str, int, dict[str, Any]]] = field(default_factory=dict)
    webhook: str = ""
    # What the next questions are answered with instead: a status, as many times as it stands here.
    trouble: list[int] = field(default_factory=list)
    number: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def name(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}_{self.number:06d}"

    # What is asked

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
        assert asked.headers.get("stripe-version") == stripe.api_version or asked.headers.get("stripe-version") == "2025-11-17.clover"
        key = asked.headers.get("idempotency-key", "")
        if asked.method == "POST":
            assert key and len(key) <= 255, "every question that changes something has a key"
            said = json.dumps([asked.path, asked.fields], sort_keys=True)
            if key in self.keys:
                earlier, status, body = self.keys[key]
                if earlier != said:
                    return 400, {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests can only be used with the same parameters"}}
                return status, body
            if self.trouble:
                # It was done, or not: the answer is lost. Stripe keeps it under the key all the same.
                status = self.trouble.pop(0)
                if status == 599:
                    self.keys[key] = (said, *self.decided(asked))
                    return 599, {}
                return status, {"error": {"type": "api_error", "message": "trouble"}}
            answer = self.decided(asked)
            if answer[0] != 400:
                self.keys[key] = (said, *answer)
            return answer
        return self.decided(asked)

    def decided(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        try:
            return 200, self.decide(asked.method, asked.path, asked.fields)
        except Refused as refused:
            return refused.status, {"error": refused.error}

    def decide(self, method: str, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        match (method, *path.strip("/").split("/")):
            case ("POST", "v1", "checkout", "sessions"):
                return self.open_session(fields)
            case ("GET", "v1", "checkout", "sessions", name):
                return self.found(self.sessions, name)
            case ("POST", "v1", "checkout", "sessions", name, "expire"):
                session = self.found(self.sessions, name)
                if session["status"] != "open":
                    raise Refused(400, type="invalid_request_error", message="Only Checkout Sessions with a status in [\"open\"] can be expired.")
                session["status"] = "expired"
                return session
            case ("POST", "v1", "payment_intents"):
                return self.charge(fields)
            case ("GET", "v1", "payment_intents", "search"):
                wanted = re.fullmatch(r"metadata\['purchase'\]:'(\d+)'", fields["query"])
                assert wanted, fields
                return {"object": "search_result", "data": [p for p in self.payments.values() if p["metadata"].get("purchase") == wanted[1]]}
            case ("GET", "v1", "payment_intents", name):
                payment = dict(self.found(self.payments, name))
                if fields.get("expand") and payment["payment_method"]:
                    payment["payment_method"] = {**RESOURCES["payment_method"], "id": payment["payment_method"]}
                return payment
            case ("POST", "v1", "payment_intents", name, "cancel"):
                self.found(self.payments, name)["status"] = "canceled"
                return self.payments[name]
            case ("GET", "v1", "refunds"):
                return {"object": "list", "data": [r for r in self.refunds.values() if r["payment_intent"] == fields["payment_intent"]]}
            case ("POST", "v1", "refunds"):
                return self.refund(fields)
            case ("POST", "v1", "payment_methods", name, "detach"):
                self.methods.pop(name, None)
                return {**RESOURCES["payment_method"], "id": name}
        raise Refused(404, type="invalid_request_error", message=f"Unrecognized request URL ({method}: {path})")

    @staticmethod
    def found(things: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        if name not in things:
            raise Refused(404, type="invalid_request_error", code="resource_missing", message=f"No such thing: {name}")
        return things[name]

    def open_session(self, fields: dict[str, Any]) -> dict[str, Any]:
        judge(fields, stripe.params.checkout.SessionCreateParams)
        line = fields["line_items"][0]
        assert int(fields["expires_at"]) >= time.time() + 1800 - 60, "a session is open for half an hour at least"
        name = self.name("cs_test")
        price = line["price_data"]
        self.sessions[name] = {
            **RESOURCES["checkout.session"], "id": name, "url": f"{self.address}/c/pay/{name}", "status": "open", "payment_status": "unpaid",
            "amount_total": int(price["unit_amount"]) * int(line["quantity"]), "currency": price["currency"],
            "client_reference_id": fields["client_reference_id"], "metadata": fields.get("metadata", {}), "payment_intent": None,
            "success_url": fields["success_url"], "cancel_url": fields["cancel_url"],
        }
        self.sessions[name]["asked"] = fields
        return self.sessions[name]

    def charge(self, fields: dict[str, Any]) -> dict[str, Any]:
        judge(fields, stripe.params.PaymentIntentCreateParams)
        method = fields["payment_method"]
        if method not in self.methods:
            raise Refused(400, type="invalid_request_error", message=f"No such PaymentMethod: {method}")
        payment = self.payment(int(fields["amount"]), fields["currency"], fields.get("metadata", {}), method, fields["customer"])
        if self.methods[method] == WANTS_OWNER:
            payment["status"] = "requires_payment_method"
            raise Refused(402, type="card_error", code="authentication_required", message="Your card was declined. This transaction requires authentication.")
        if self.methods[method] == BROKE:
            payment["status"] = "requires_payment_method"
            raise Refused(402, type="card_error", code="card_declined", message="Your card was declined.")
        payment["status"] = "succeeded"
        return payment

    def payment(self, amount: int, currency: str, metadata: dict[str, str], method: str | None, customer: str | None) -> dict[str, Any]:
        name = self.name("pi")
        self.payments[name] = {
            **RESOURCES["payment_intent"], "id": name, "amount": amount, "amount_received": amount, "currency": currency, "metadata": metadata,
            "payment_method": method, "customer": customer, "status": "processing",
        }
        return self.payments[name]

    def refund(self, fields: dict[str, Any]) -> dict[str, Any]:
        judge(fields, stripe.params.RefundCreateParams)
        payment = self.found(self.payments, fields["payment_intent"])
        back = sum(r["amount"] for r in self.refunds.values() if r["payment_intent"] == payment["id"])
        if back + int(fields["amount"]) > payment["amount"]:
            raise Refused(400, type="invalid_request_error", message="Refund amount is greater than unrefunded amount on charge")
        name = self.name("re")
        self.refunds[name] = {
            **RESOURCES["refund"], "id": name, "amount": int(fields["amount"]), "currency": payment["currency"], "metadata": fields["metadata"],
            "payment_intent": payment["id"], "status": "succeeded",
        }
        return self.refunds[name]

    # What a person does on its page

    def pay(self, name: str, tells: bool = True) -> dict[str, Any]:
        """Somebody types a good card; the webhook follows, unless it is lost."""
        session = self.sessions[name]
        keeps = session["asked"].get("payment_intent_data", {}).get("setup_future_usage") == "off_session"
        method = self.name("pm") if keeps else None
        if method:
            self.methods[method] = GOOD
        customer = self.name("cus") if keeps else None
        payment = self.payment(
            session["amount_total"], session["currency"], session["asked"]["payment_intent_data"]["metadata"], method, customer
        )
        payment["status"] = "succeeded"
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": payment["id"]}
        if tells:
            self.tell("checkout.session.completed", session)
            self.tell("payment_intent.succeeded", payment)
        return payment

    def dispute(self, payment: str, status: str, name: str = "dp_1") -> dict[str, Any]:
        about = self.payments[payment]
        return {
            **RESOURCES["dispute"], "id": name, "amount": about["amount"], "currency": about["currency"], "payment_intent": payment,
            "status": status, "metadata": {},
        }

    # What it tells

    def event(self, kind: str, about: dict[str, Any], name: str | None = None) -> bytes:
        shown = {key: value for key, value in about.items() if key != "asked"}
        body = {
            "id": name or self.name("evt"), "object": "event", "type": kind, "api_version": "2025-11-17.clover", "created": int(time.time()),
            "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "data": {"object": shown},
        }
        return json.dumps(body, indent=2).encode()

    def signature(self, body: bytes, at: float | None = None, secret: str | None = None) -> str:
        moment = int(at if at is not None else time.time())
        code = hmac.new((secret or self.secret).encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        header = f"t={moment},v1={'0' * 64},v1={code},v0=something-old"
        if at is None and secret is None:
            # What we send is what Stripe's own library takes for Stripe's.
            stripe.Webhook.construct_event(body, header, self.secret)
        return header

    def tell(self, kind: str, about: dict[str, Any], name: str | None = None) -> int:
        body = self.event(kind, about, name)
        return self.send(body, self.signature(body))

    def send(self, body: bytes, signature: str) -> int:
        question = urllib.request.Request(
            self.webhook, body, {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
        )
        try:
            return urllib.request.urlopen(question, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0][c]=d`, as Stripe reads it."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        steps = re.findall(r"[^\[\]]+", name) + ([""] if name.endswith("[]") else [])
        place: Any = found
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
    return listed(found)


def listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: listed(each) for key, each in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def judge(fields: dict[str, Any], kind: Any) -> None:
    found = list(faults(fields, kind, ""))
    assert found == [], found


def faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    """What Stripe's library would not have sent like this. A literal is one of its words and no other."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.NotRequired, typing.Required):
        yield from faults(value, arguments[0], path)
    elif origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        # Open literals are written as `Literal | str`: the words count.
        words = [each for each in arguments if typing.get_origin(each) is typing.Literal]
        choices = [each for each in arguments if not (words and each is str)]
        each = [list(faults(value, choice, path)) for choice in choices]
        if all(each):
            yield min(each, key=len)[0]
    elif origin is typing.Literal:
        if value not in arguments:
            yield f"{path}: {value!r} is none of {arguments}"
    elif origin in (list, typing.List):
        if not isinstance(value, list):
            yield f"{path}: a list is expected"
        else:
            for index, each in enumerate(value):
                yield from faults(each, arguments[0], f"{path}[{index}]")
    elif origin in (dict, typing.Dict):
        if not isinstance(value, dict):
            yield f"{path}: names with values are expected"
    elif hasattr(kind, "__total__"):
        if not isinstance(value, dict):
            yield f"{path}: {kind.__name__} is expected"
            return
        module = __import__(kind.__module__, fromlist=["*"])
        hints = typing.get_type_hints(kind, {**vars(typing), **vars(module), "Mapping": Mapping}, {"StripeContext": str}, include_extras=True)
        yield from (f"{path}.{name}: there is no such field" for name in value if name not in hints)
        needed = kind.__required_keys__ if typing.get_origin(kind) is None else set()
        yield from (f"{path}.{name}: is missing" for name in needed if name not in value)
        for name in value.keys() & hints.keys():
            yield from faults(value[name], hints[name], f"{path}.{name}")
    elif kind is int:
        if not (isinstance(value, str) and re.fullmatch(r"-?\d+", value)):
            yield f"{path}: {value!r} is no number"
    elif kind is bool:
        if value not in ("true", "false"):
            yield f"{path}: {value!r} is neither true nor false"
    elif kind is str and not isinstance(value, str):
        yield f"{path}: a text is expected"


@contextmanager
def serving(house: CardHouse) -> Iterator[CardHouse]:
    class Handler(StandIn):
        def handled(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if url.path == "/favicon.ico":
                return self.reply(200, "image/x-icon", b"")
            if url.path.startswith("/c/pay/"):
                return self.page(url.path.rsplit("/", 1)[1], body)
            fields = nested(urllib.parse.parse_qsl(body if self.command == "POST" else url.query, keep_blank_values=True))
            try:
                status, answer = house.answer(Asked(self.command, url.path, fields, {k.lower(): v for k, v in self.headers.items()}))
            except AssertionError as fault:
                house.asked.append(Asked("FAULT", str(fault), fields, {}))
                status, answer = 400, {"error": {"type": "invalid_request_error", "message": str(fault)}}
            if status == 599:
                return self.hang_up()
            self.reply(status, "application/json", json.dumps({k: v for k, v in answer.items() if k != "asked"}).encode())

        def page(self, name: str, body: str) -> None:
            """The page of Checkout: it pays, or goes back."""
            session = house.sessions[name]
            if self.command == "POST":
                house.pay(name)
                return self.lead(session["success_url"])
            amount = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
            html = (
                f"<!doctype html><html lang='en' dir='ltr'><title>Checkout</title><main><h1>Pay {amount}</h1><form method=post><button>Pay</button></form>"
                f"<a href='{session['cancel_url']}'>Back</a></main></html>"
            )
            self.reply(200, "text/html; charset=utf-8", html.encode())

        do_GET = do_POST = handled

    with answering(Handler, house.port):
        yield house
