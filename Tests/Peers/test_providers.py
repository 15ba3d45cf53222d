"""Signing in with the word of real providers of OpenID Connect."""

import http.cookiejar
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from program import Program, ends_with_us, free_port

HERE = Path(__file__).resolve().parent
PATIENCE_SECONDS = 30


class Browser:
    """Follows where it is sent, and keeps cookies."""

    def __init__(self, parley: Program) -> None:
        self.home = parley.url("localhost", "").rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.opener.addheaders = [("Accept", "text/html")]

    def get(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it ended, and the page."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            answer = self.opener.open(urllib.parse.urljoin(self.home, address), data, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.geturl(), answer.read().decode()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Program]]:
    """Starts a provider with what it must know of the program, and then the program."""
    processes: list[subprocess.Popen[bytes]] = []
    started: list[Program] = []

    def serve(command: Callable[[int, str], list[str]], issuer: str) -> Program:
        port = free_port()
        monkeypatch.setenv("PARLEY_OPENID_SECRET", "hush")
        where = ["--openid", "parley", "--openid-issuer", f"http://127.0.0.1:{port}{issuer}", "--openid-title", "Example Staff"]
        parley = Program(tmp_path, options=where)
        processes.append(subprocess.Popen(ends_with_us(command(port, parley.url("localhost", "/sign-in/with/openid/callback")))))
        wait_for(f"http://127.0.0.1:{port}{issuer}/.well-known/openid-configuration", processes[-1])
        started.append(parley)
        parley.start()
        return parley

    yield serve
    for parley in started:
        parley.kill()
    for process in processes:
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, f"{address} does not answer"
            time.sleep(0.1)


def test_easy_provider(start: Callable[..., Program]) -> None:
    """P8, A31: discovery, the code flow with a nonce, claims, and somebody who thinks better of it, at a provider that somebody else wrote."""
    claims = {"sub": "ines", "email": "ines@easy.example", "email_verified": True, "given_name": "Ines", "family_name": "Roy"}

    def command(port: int, _callback: str) -> list[str]:
        script = str(Path(sys.executable).parent / "oidc-provider-mock")
        return [script, "--port", str(port), "--require-nonce", "true", "--user-claims", json.dumps(claims)]

    parley = start(command, "")
    ines = Browser(parley)
    assert "Continue with Example Staff" in ines.get("/sign-in")[2]
    status, asked, _ = ines.get("/sign-in/with/openid")
    assert status == 200 and "/oauth2/authorize?" in asked
    status, place, page = ines.get(asked, {"sub": "ines"})
    assert (status, urllib.parse.urlparse(place).path) == (200, "/profile"), parley.log_end()
    assert 'value="Ines Roy"' in page

    other = Browser(parley)
    asked = other.get("/sign-in/with/openid?next=/notices")[1]
    status, place, page = other.get(asked, {"action": "deny"})
    assert status == 403 and "You did not let us in there" in page, page
    asked = other.get("/sign-in/with/openid?next=/notices")[1]
    assert urllib.parse.urlparse(other.get(asked, {"sub": "ines"})[1]).path == "/notices"
    # The way back was used: neither again nor in another browser.
    assert other.get("/sign-in/with/openid/callback?code=x&state=y")[1].endswith("done=challengeOver")
    assert Browser(parley).get("/sign-in/with/openid/callback?code=x&state=y")[0] == 410


def test_strict_provider(start: Callable[..., Program]) -> None:
    """P8: a provider that insists on PKCE, the client's secret and the registered address lets the program in, and knows who comes again."""

    def command(port: int, callback: str) -> list[str]:
        return [sys.executable, str(HERE / "strict_provider.py"), str(port), callback]

    parley = start(command, "/o")
    for _ in range(2):
        status, place, page = Browser(parley).get("/sign-in/with/openid")
        assert (status, urllib.parse.urlparse(place).path) == (200, "/profile"), parley.log_end()
        assert 'value="Clara Moreau"' in page
