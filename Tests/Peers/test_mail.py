"""Letters over a real mail server, read by Python's own library."""

import http.cookies
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from post_office import PASSWORD, USER, PostOffice, check, hang_up, open_office, with_tls

import program
import village
from program import Program

FROM = "Harbour Essays <hello@harbour.example>"
# Longer than a letter takes, however busy the machine is.
PATIENCE_SECONDS = 20
# The first pause of a letter that did not get through is 30 seconds.
STEP_SECONDS = 60


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def serve(server: str, *options: str) -> Program:
        parley = Program(tmp_path, options=["--mail-server", server, "--mail-from", FROM, *options])
        started.append(parley)
        parley.start()
        return parley

    yield serve
    for parley in started:
        if parley.runs:
            parley.kill()


def post(parley: Program, address: str = "ines@reader.example", *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(program.BINARY), "mail", "try", address, *options, "--data", str(parley.folder / "data")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=parley.folder)


def until(holds: Callable[[], object], parley: Program) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, parley.log_end()
        time.sleep(0.05)


def advance(parley: Program, seconds: int) -> None:
    """Moves the clock of the program, as its page for developers does."""
    _, headers, page = parley.get(village.FRONT, "/dev")
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in http.cookies.SimpleCookie(headers["set-cookie"]).items())
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": parley.url(village.FRONT, "")}
    status, _, body = parley.request("POST", village.FRONT, "/dev/clock", f"seconds={seconds}&form_token={token[1]}", form)
    assert status == 303, body


def jobs_failed(parley: Program, count: int = 1) -> bool:
    return parley.log.read_text("utf-8").count("job letters.send") >= count


@pytest.mark.parametrize(("language", "words"), [("ar", "البريد يعمل"), ("fr", "Le courrier fonctionne")])
def test_both_parts(start: Callable[..., Program], office: PostOffice, language: str, words: str) -> None:
    """P11: a letter arrives in the reader's language, plain and as HTML, and another library than ours reads both."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    assert post(parley, "ines@reader.example", "--name", "Inés “Nès” Carvalho", "--language", language).returncode == 0
    until(lambda: office.taken, parley)
    [letter] = office.taken
    assert (letter.sender, letter.recipients) == ("hello@harbour.example", ["ines@reader.example"])
    message = letter.message
    assert message.defects == [] and all(part.defects == [] for part in message.walk())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    [reader] = message["To"].addresses
    assert (reader.display_name, reader.addr_spec) == ("Inés “Nès” Carvalho", "ines@reader.example")
    assert str(message["From"]) == FROM
    assert message["Content-Language"] == language and message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\d+@harbour\.example>", message["Message-ID"]) and abs(message["Date"].datetime.timestamp() - time.time()) < 120
    assert message["Subject"] and words in letter.part("html") and "Inés “Nès” Carvalho" in letter.part("plain")
    assert 'dir="rtl"' in letter.part("html") if language == "ar" else 'dir="ltr"' in letter.part("html")
    # What any server on the way takes: ASCII, in lines of no more than 998 bytes.
    assert letter.content.isascii() and all(len(line) <= 998 for line in letter.content.split(b"\r\n")) and b"\n" not in letter.content.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ["Ines\r\nBcc: victim@other.example\r\n\r\nHello", "Ines\nX-Evil: yes", "Ines\rTo: victim@other.example", "Ines\u2028Cc: v@o.example"])
def test_header_injection(start: Callable[..., Program], office: PostOffice, name: str) -> None:
    """E77: a name with line breaks adds no header and no recipient."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    assert post(parley, "ines@reader.example", "--name", name).returncode == 0
    until(lambda: office.taken, parley)
    [letter] = office.taken
    assert letter.recipients == ["ines@reader.example"]
    assert not {"bcc", "cc", "x-evil"} & {header.lower() for header in letter.message}
    assert [address.addr_spec for address in letter.message["To"].addresses] == ["ines@reader.example"]


@pytest.mark.parametrize("address", ["a@b.example\r\nRCPT TO:<victim@other.example>", "a@b.example>", "a@b.example,victim@other.example", "@"])
def test_address_injection(start: Callable[..., Program], office: PostOffice, address: str) -> None:
    """E77: an address that is none is refused before anything is put down."""
    told = post(start(f"smtp://127.0.0.1:{office.port}"), address)
    assert told.returncode == 1 and "emailInvalid" in told.stdout
    assert office.begun == 0


def test_later(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: what the server wants later is brought again later, once."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    office.on_recipient = lambda server, envelope: "451 4.7.1 greylisted"
    post(parley)
    until(lambda: jobs_failed(parley), parley)
    assert "greylisted" in parley.log.read_text("utf-8")
    office.on_recipient = lambda server, envelope: None
    advance(parley, STEP_SECONDS)
    until(lambda: office.taken, parley)
    advance(parley, 86_400)
    time.sleep(1)
    assert len(office.taken) == 1


def test_bounce(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: an address that does not exist is not tried again."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    tries: list[str] = []

    def nobody(server: object, envelope: object) -> str:
        tries.append("550")
        return "550 5.1.1 no such user"

    office.on_recipient = nobody
    post(parley)
    until(lambda: tries, parley)
    advance(parley, 86_400)
    time.sleep(1)
    assert len(tries) == 1 and not jobs_failed(parley)


def test_cut_in_the_middle(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: a letter whose connection breaks in the middle is not taken for sent, and arrives once when the line is well."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    office.cuts_letters = True
    post(parley)
    until(lambda: jobs_failed(parley), parley)
    assert office.begun == 1 and not office.taken
    office.cuts_letters = False
    advance(parley, STEP_SECONDS)
    until(lambda: office.taken, parley)
    advance(parley, 86_400)
    time.sleep(1)
    assert len(office.taken) == 1


def test_cut_after_taking(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: a letter that was taken is not sent again, though the server hung up right after."""
    parley = start(f"smtp://127.0.0.1:{office.port}")
    office.on_letter = hang_up
    post(parley)
    until(lambda: office.taken, parley)
    time.sleep(1)
    advance(parley, 86_400)
    time.sleep(1)
    assert office.begun == 1 and len(office.taken) == 1 and not jobs_failed(parley)


def test_starttls_and_password(
    start: Callable[..., Program], authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E87a: a letter goes over TLS with a certificate that was checked, and with the password from the environment."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("PARLEY_MAIL_PASSWORD", PASSWORD)
    with open_office(authenticator=check, auth_required=True, **with_tls(authority)) as office:
        user = USER.replace("@", "%40")
        parley = start(f"smtp://{user}@localhost:{office.port}?tls=always", "--certificates", str(tmp_path / "ca.pem"))
        post(parley)
        until(lambda: office.taken, parley)
        assert office.taken[0].over_tls and office.taken[0].signed_in
    assert PASSWORD not in parley.log.read_text("utf-8")
    shown = subprocess.run([str(program.BINARY), "settings"], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert PASSWORD not in shown.stdout


def test_wrong_password(start: Callable[..., Program], authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E87a: a wrong password loses no letter: the log says what is wrong, and the letter waits."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("PARLEY_MAIL_PASSWORD", "guess")
    with open_office(authenticator=check, auth_required=True, **with_tls(authority)) as office:
        user = USER.replace("@", "%40")
        parley = start(f"smtp://{user}@localhost:{office.port}?tls=always", "--certificates", str(tmp_path / "ca.pem"))
        post(parley)
        until(lambda: jobs_failed(parley), parley)
        assert not office.taken
        log = parley.log.read_text("utf-8")
        assert "535" in log and "guess" not in log


@pytest.mark.parametrize("host", ["localhost", "elsewhere.example"])
def test_no_letter_without_safety(start: Callable[..., Program], authority: trustme.CA, tmp_path: Path, host: str) -> None:
    """E87a: a server whose certificate nobody vouches for, or that is of another name, gets no letter."""
    if host != "localhost":
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    else:
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with open_office(**with_tls(authority, host)) as office:
        parley = start(f"smtp://localhost:{office.port}?tls=always", "--certificates", str(tmp_path / "ca.pem"))
        post(parley)
        until(lambda: jobs_failed(parley), parley)
        assert office.begun == 0


def test_server_without_tls(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: a server that must offer TLS and does not gets no letter."""
    parley = start(f"smtp://127.0.0.1:{office.port}?tls=always")
    post(parley)
    until(lambda: jobs_failed(parley), parley)
    assert office.begun == 0 and not office.taken


def test_waits_for_the_server(start: Callable[..., Program], office: PostOffice) -> None:
    """E87a: a letter that was posted while the mail server was away, and while the program was killed, arrives once."""
    parley = start("smtp://127.0.0.1:1")
    post(parley)
    until(lambda: jobs_failed(parley), parley)
    parley.kill()
    parley.options[1] = f"smtp://127.0.0.1:{office.port}"
    parley.start()
    advance(parley, STEP_SECONDS)
    until(lambda: office.taken, parley)
    advance(parley, 86_400)
    time.sleep(1)
    assert len(office.taken) == 1
