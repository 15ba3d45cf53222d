"""A stand-in for a gateway of text messages: takes texts as Twilio does, tells what became of them, and passes on what telephones say.

What it is asked is judged by Twilio's own client, which has to ask for the same in the same words; what it tells is signed by Twilio's own library.
"""

import base64
import json
import logging
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from program import free_port
from stand_in import StandIn, answering
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ACCOUNT, SECRET = "AC0123456789abcdef0123456789abcdef", "gateway-secret"
OURS = ["+12025550100", "+12025550101"]


@dataclass
class Asked:
    method: str
    path: str
    form: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class TextHouse:
    port: int = field(default_factory=free_port)
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # What the next texts are answered with instead of being taken: a status, or a status and the gateway's own number; 599 hangs up.
    trouble: list[tuple[int, int]] = field(default_factory=list)
    webhook: str = ""
    texts: list[tuple[str, Asked]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, asked: Asked) -> tuple[int, dict[str, object]]:
        self.asked.append(asked)
        right = "Basic " + base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != right:
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        wanted = as_the_client_asks(asked.form)
        if (asked.method, asked.path, asked.form) != (wanted.method, wanted.path, wanted.form):
            self.faults.append(f"asked for {asked.method} {asked.path} {asked.form}, and the client for {wanted.method} {wanted.path} {wanted.form}")
        if self.trouble:
            status, code = self.trouble.pop(0)
            return status, {"code": code, "message": f"Not to {asked.form['To']}", "status": status}
        sid = f"SM{len(self.texts):032x}"
        self.texts.append((sid, asked))
        return 201, {"sid": sid, "status": "queued", "to": asked.form["To"], "error_code": None}

    def sent(self, words: str) -> list[Asked]:
        return [asked for _, asked in self.texts if words in asked.form["Body"]]

    # What it tells

    def status(self, sid: str, status: str, **more: str) -> int:
        """Tells what became of a text, where that text asked for it."""
        asked = dict(self.texts)[sid]
        fields = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status, "To": asked.form["To"], "From": asked.form["From"], **more}
        return self.post(asked.form["StatusCallback"], fields)

    def hears(self, text: str, phone: str, ours: str = OURS[0], sid: str = "", **more: str) -> int:
        """A telephone says something to one of our numbers."""
        sid = sid or f"SM{len(self.asked) + len(text):030x}aa"
        fields = {"MessageSid": sid, "SmsSid": sid, "NumMedia": "0", "NumSegments": "1", "From": phone, "To": ours, "Body": text, "FromCountry": "FR", **more}
        return self.post(self.webhook, fields)

    def post(self, address: str, fields: dict[str, str], secret: str = SECRET, signed: dict[str, str] | None = None, headers: Mapping[str, str] | None = None) -> int:
        """Posts a form that the gateway's library signed, over these fields or others."""
        fields = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", **fields}
        signature = RequestValidator(secret).compute_signature(address, fields if signed is None else signed)
        question = urllib.request.Request(address.replace("//localhost", "//127.0.0.1"), urllib.parse.urlencode(fields).encode())
        question.add_header("Host", urllib.parse.urlsplit(address).netloc)
        question.add_header("X-Twilio-Signature", signature)
        for name, value in (headers or {}).items():
            question.add_header(name, value)
        try:
            with urllib.request.urlopen(question, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


class Recorder(HttpClient):
    """The line of Twilio's client, which leads nowhere."""

    asked: Asked

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), False)

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False):  # type: ignore[no-untyped-def]
        assert not params and auth == (ACCOUNT, SECRET)
        form = {name: str(value) for name, value in (data or {}).items() if value is not None}
        self.asked = Asked(method.upper(), urllib.parse.urlsplit(url).path, form, headers or {})
        return Response(201, json.dumps({"sid": "SM1", "status": "queued"}))


def as_the_client_asks(form: dict[str, str]) -> Asked:
    """The question of Twilio's own client for the same text."""
    line = Recorder()
    client = Client(ACCOUNT, SECRET, http_client=line)
    client.messages.create(to=form.get("To", ""), from_=form.get("From", ""), body=form.get("Body", ""), status_callback=form.get("StatusCallback", ""))
    return line.asked


@contextmanager
def serving(house: TextHouse) -> Iterator[TextHouse]:
    lock = threading.Lock()

    class Handler(StandIn):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(urllib.parse.parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                status, body = house.take(Asked("POST", self.path, form, headers))
            if status == 599:
                return self.hang_up()
            return self.reply(status, "application/json", json.dumps(body).encode())

    with answering(Handler, house.port):
        yield house
