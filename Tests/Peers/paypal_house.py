"""A stand-in for PayPal: orders with their page, captures, refunds, disputes, tokens, certificates and signed webhooks.

What it is asked and what it answers is judged by PayPal's own OpenAPI files, and every key of a question must stand there.
"""

import base64
import datetime
import json
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from paypal_contract import contract
from program import free_port
from stand_in import StandIn, answering

CLIENT, SECRET, WEBHOOK = "parley-client", "parley-secret", "8PT597110X687430LKGECATA"
CARD_PATH = "/v1/notifications/certs/"


class Refused(Exception):
    def __init__(self, status: int, issue: str) -> None:
        super().__init__(issue)
        self.status, self.issue = status, issue


@dataclass
class Asked:
    method: str
    path: str
    body: Any
    raw: bytes
    headers: Mapping[str, str]


class Signer:
    """A key with a certificate, and the root that it leads to."""

    def __init__(self, name: str = "messageverificationcerts.paypal.com", days: int = 30) -> None:
        self.root_key, self.key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A root of the tests")])
        self.root = self.certificate(root, root, self.root_key.public_key(), 3650, is_root=True)
        leaf = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "PayPal, Inc."), x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.leaf = self.certificate(leaf, root, self.key.public_key(), days, is_root=False)

    def certificate(self, subject: x509.Name, issuer: x509.Name, key: Any, days: int, *, is_root: bool) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        end = now + datetime.timedelta(days=days)
        builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), min(now, end) - datetime.timedelta(days=1), end)
        builder = builder.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        return builder.sign(self.root_key, hashes.SHA256())

    @staticmethod
    def pem(*certificates: x509.Certificate) -> bytes:
        return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


@dataclass
class PayPalHouse:
    """One app at PayPal, and its only buyer."""

    port: int = field(default_factory=free_port)
    signer: Signer = field(default_factory=Signer)
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    keys: dict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=dict)
    webhook: str = ""
    # How the next captures end: COMPLETED, PENDING, or a word of refusal.
    funding: str = "COMPLETED"
    # What the next questions that change something are answered with instead; 599: it is done, and the answer is lost.
    trouble: list[int] = field(default_factory=list)
    # Whether webhooks are told by themselves.
    tells: bool = True
    certificates: dict[str, bytes] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        self.certificates["CERT-1"] = Signer.pem(self.signer.leaf, self.signer.root)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def name(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number:012d}"

    # What is asked

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        if asked.path == "/v1/oauth2/token":
            return self.token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"name": "AUTHENTICATION_FAILURE", "message": "Authentication failed due to missing authorization header, or invalid authentication credentials."}
        self.faults += contract(asked.path).asked(asked.method, asked.path, asked.body)
        key = asked.headers.get("paypal-request-id", "")
        changes = asked.method == "POST" and not asked.path.startswith("/v1/")
        if changes:
            if not (key and len(key) <= 108):
                self.faults.append(f"{asked.path}: a question that changes something has a key")
            if key in self.keys:
                earlier, body = self.keys[key]
                if earlier != asked.raw:
                    self.faults.append(f"{asked.path}: one key for two questions")
                return 200 if asked.path.startswith("/v2/checkout") else 201, body
        status = 0
        if changes and self.trouble:
            status = self.trouble.pop(0)
            if status != 599:
                return status, {"name": "INTERNAL_SERVER_ERROR", "message": "An internal server error has occurred."}
        try:
            body = self.decide(asked)
        except Refused as refused:
            return self.refusal(asked, refused)
        if changes:
            self.keys[key] = (asked.raw, body)
        said = 201 if changes else 200
        self.faults += contract(asked.path).answered(asked.method, asked.path, said, body)
        return status or said, body

    def refusal(self, asked: Asked, refused: Refused) -> tuple[int, dict[str, Any]]:
        words = {404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."), 422: ("UNPROCESSABLE_ENTITY", "The requested action could not be performed, semantically incorrect, or failed business validation.")}
        name, message = words[refused.status]
        judge = contract(asked.path)
        body = {"name": name, "message": message, "debug_id": "90957fca61718", "details": [{"issue": refused.issue, "description": judge.issues[refused.issue]}]}
        self.faults += judge.answered(asked.method, asked.path, refused.status, body)
        return refused.status, body

    def token(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        right = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != right:
            return 401, {"error": "invalid_client", "error_description": "Client Authentication failed"}
        if asked.raw != b"grant_type=client_credentials":
            self.faults.append(f"a token was asked for with {asked.raw!r}")
        token = secrets.token_hex(16)
        self.tokens.add(token)
        return 200, {"scope": "https://uri.paypal.com/services/payments/payment", "access_token": token, "token_type": "Bearer", "app_id": "APP-1", "expires_in": 32400}

    def decide(self, asked: Asked) -> dict[str, Any]:
        match (asked.method, *asked.path.strip("/").split("/")):
            case ("POST", "v2", "checkout", "orders"):
                return self.open_order(asked.body)
            case ("GET", "v2", "checkout", "orders", name):
                return self.shown(self.found(name))
            case ("POST", "v2", "checkout", "orders", name, "capture"):
                return self.capture(self.found(name))
            case ("POST", "v2", "payments", "captures", name, "refund"):
                return self.refund(name, asked.body)
            case ("POST", "v1", "notifications", "verify-webhook-signature"):
                return {"verification_status": "SUCCESS" if self.verifies(asked.raw) else "FAILURE"}
        raise AssertionError(f"nobody answers {asked.method} {asked.path}")

    def found(self, name: str) -> dict[str, Any]:
        if name not in self.orders:
            raise Refused(404, "INVALID_RESOURCE_ID")
        return self.orders[name]

    def link(self, path: str, rel: str, method: str = "GET") -> dict[str, str]:
        return {"href": self.address + path, "rel": rel, "method": method}

    def open_order(self, body: dict[str, Any]) -> dict[str, Any]:
        name = self.name("5O")
        context = body["payment_source"]["paypal"]["experience_context"]
        self.orders[name] = {"id": name, "intent": body["intent"], "status": "PAYER_ACTION_REQUIRED", "unit": body["purchase_units"][0], "context": context, "captures": [], "refunds": []}
        return self.shown(self.orders[name])

    def shown(self, order: dict[str, Any]) -> dict[str, Any]:
        unit = dict(order["unit"])
        payments = {key: order[key] for key in ("captures", "refunds") if order[key]}
        if payments:
            unit["payments"] = payments
        path = f"/v2/checkout/orders/{order['id']}"
        links = [self.link(path, "self")]
        if order["status"] == "PAYER_ACTION_REQUIRED":
            links.append(self.link(f"/checkoutnow?token={order['id']}", "payer-action"))
        return {"id": order["id"], "intent": order["intent"], "status": order["status"], "payment_source": {"paypal": {}}, "purchase_units": [unit], "links": links}

    def capture(self, order: dict[str, Any]) -> dict[str, Any]:
        if order["status"] == "COMPLETED":
            raise Refused(422, "ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise Refused(422, "ORDER_NOT_APPROVED")
        paid = [each["unit"]["invoice_id"] for each in self.orders.values() if each["captures"]]
        if order["unit"]["invoice_id"] in paid:
            raise Refused(422, "DUPLICATE_INVOICE_ID")
        if self.funding not in ("COMPLETED", "PENDING"):
            raise Refused(422, self.funding)
        name = self.name("3C")
        unit = order["unit"]
        capture = {
            "id": name, "status": self.funding, "amount": unit["amount"], "final_capture": True, "custom_id": unit["custom_id"], "invoice_id": unit["invoice_id"],
            "seller_protection": {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED"]}, "create_time": moment(), "update_time": moment(),
            "links": [self.link(f"/v2/payments/captures/{name}", "self"), self.link(f"/v2/payments/captures/{name}/refund", "refund", "POST")],
        }
        if self.funding == "PENDING":
            capture["status_details"] = {"reason": "PENDING_REVIEW"}
        order["captures"].append(capture)
        order["status"] = "COMPLETED"
        if self.tells:
            self.tell_soon(f"PAYMENT.CAPTURE.{self.funding}", capture)
        return self.shown(order)

    def captured(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        for order in self.orders.values():
            for capture in order["captures"]:
                if capture["id"] == name:
                    return order, capture
        raise Refused(404, "INVALID_RESOURCE_ID")

    def refund(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        order, capture = self.captured(name)
        whole = float(capture["amount"]["value"])
        back = sum(float(each["amount"]["value"]) for each in order["refunds"])
        amount = body.get("amount", {"currency_code": capture["amount"]["currency_code"], "value": f"{whole - back:.2f}"})
        if back >= whole:
            raise Refused(422, "CAPTURE_FULLY_REFUNDED")
        if back + float(amount["value"]) > whole:
            raise Refused(422, "REFUND_AMOUNT_EXCEEDED")
        refund_name = self.name("1R")
        refund = {
            "id": refund_name, "status": "COMPLETED", "amount": amount, "create_time": moment(), "update_time": moment(),
            "links": [self.link(f"/v2/payments/refunds/{refund_name}", "self"), self.link(f"/v2/payments/captures/{name}", "up")],
        }
        refund |= {key: body[key] for key in ("custom_id", "invoice_id", "note_to_payer") if key in body}
        order["refunds"].append(refund)
        capture["status"] = "REFUNDED" if back + float(amount["value"]) == whole else "PARTIALLY_REFUNDED"
        return refund

    # What a person does on its page

    def approve(self, name: str) -> dict[str, Any]:
        """The buyer agrees; nothing is charged yet."""
        order = self.orders[name]
        order["status"] = "APPROVED"
        return order

    def dispute(self, capture: str, stage: str = "CHARGEBACK", outcome: str | None = None, name: str = "PP-D-1") -> dict[str, Any]:
        about = self.captured(capture)[1]
        found = {
            "dispute_id": name, "create_time": moment(), "disputed_transactions": [{"seller_transaction_id": capture, "custom": about["custom_id"]}], "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "status": "RESOLVED" if outcome else "UNDER_REVIEW", "dispute_amount": about["amount"], "dispute_life_cycle_stage": stage,
        }
        return found | ({"dispute_outcome": {"outcome_code": outcome}} if outcome else {})

    def reversal(self, capture: str) -> dict[str, Any]:
        about = self.captured(capture)[1]
        name = self.name("1V")
        return {"id": name, "status": "COMPLETED", "amount": about["amount"], "links": [self.link(f"/v2/payments/refunds/{name}", "self"), self.link(f"/v2/payments/captures/{capture}", "up")]}

    # What it tells

    def event(self, kind: str, about: dict[str, Any], name: str | None = None) -> bytes:
        body = {
            "id": name or self.name("WH-"), "event_version": "1.0", "create_time": moment(), "resource_type": kind.split(".")[1].lower(), "resource_version": "2.0",
            "event_type": kind, "summary": f"Told: {kind} – for {about.get('id', '')}", "resource": about, "links": [],
        }
        # As they come: with blanks and with letters written out, so that whoever writes them anew signs other bytes.
        return json.dumps(body, indent=1).encode()

    def seal(self, body: bytes, webhook: str = WEBHOOK, certificate: str | None = None, signer: Signer | None = None) -> dict[str, str]:
        name, at = secrets.token_hex(16) + "-t", moment()
        said = f"{name}|{at}|{webhook}|{zlib.crc32(body)}".encode()
        code = (signer or self.signer).key.sign(said, padding.PKCS1v15(), hashes.SHA256())
        return {
            "PAYPAL-TRANSMISSION-ID": name, "PAYPAL-TRANSMISSION-TIME": at, "PAYPAL-TRANSMISSION-SIG": base64.b64encode(code).decode(),
            "PAYPAL-CERT-URL": certificate or f"{self.address}{CARD_PATH}CERT-1", "PAYPAL-AUTH-ALGO": "SHA256withRSA", "Content-Type": "application/json",
        }

    def verifies(self, raw: bytes) -> bool:
        """What was sent back as the event, byte for byte, must be what was signed."""
        said = json.loads(raw)
        event = raw.partition(b'"webhook_event":')[2].removesuffix(b"}")
        told = f"{said['transmission_id']}|{said['transmission_time']}|{said['webhook_id']}|{zlib.crc32(event)}".encode()
        try:
            self.signer.key.public_key().verify(base64.b64decode(said["transmission_sig"]), told, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return bool(said["webhook_id"] == WEBHOOK)

    def tell(self, kind: str, about: dict[str, Any], name: str | None = None) -> int:
        body = self.event(kind, about, name)
        return self.send(body, self.seal(body))

    def tell_soon(self, kind: str, about: dict[str, Any]) -> None:
        """Beside the answer to a question, as they come."""
        threading.Thread(target=self.tell, args=(kind, dict(about)), daemon=True).start()

    def send(self, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            return urllib.request.urlopen(urllib.request.Request(self.webhook, body, dict(headers)), timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            return 0


def moment() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@contextmanager
def serving(house: PayPalHouse) -> Iterator[PayPalHouse]:
    class Handler(StandIn):
        def handled(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if url.path == "/favicon.ico":
                return self.reply(200, "image/x-icon", b"")
            if url.path == "/checkoutnow":
                return self.page(dict(urllib.parse.parse_qsl(url.query))["token"])
            if url.path.startswith(CARD_PATH):
                house.asked.append(Asked(self.command, url.path, None, raw, {}))
                file = house.certificates.get(url.path.removeprefix(CARD_PATH))
                return self.reply(200 if file else 404, "application/x-pem-file", file or b"")
            headers = {name.lower(): value for name, value in self.headers.items()}
            is_json = headers.get("content-type", "").startswith("application/json")
            try:
                status, answer = house.answer(Asked(self.command, url.path, json.loads(raw) if is_json and raw else None, raw, headers))
            except AssertionError as fault:
                house.faults.append(str(fault))
                status, answer = 400, {"name": "INVALID_REQUEST", "message": str(fault)}
            if status == 599:
                return self.hang_up()
            self.reply(status, "application/json", json.dumps(answer).encode())

        def page(self, name: str) -> None:
            """PayPal's page: the buyer agrees, or goes back."""
            order = house.orders[name]
            back, cancelled = order["context"]["return_url"], order["context"]["cancel_url"]
            if self.command == "POST":
                house.approve(name)
                if house.tells:
                    house.tell_soon("CHECKOUT.ORDER.APPROVED", house.shown(order))
                return self.lead(f"{back}&token={name}&PayerID=CLARA1")
            amount = f"{order['unit']['amount']['value']} {order['unit']['amount']['currency_code']}"
            html = (
                f"<!doctype html><html lang='en' dir='ltr'><title>PayPal</title><main><h1>Pay {amount}</h1><form method=post><button>Pay now</button></form>"
                f"<a href='{cancelled}&amp;token={name}'>Cancel and go back</a></main></html>"
            )
            self.reply(200, "text/html; charset=utf-8", html.encode())

        do_GET = do_POST = handled

    with answering(Handler, house.port):
        yield house
