"""Buying with PayPal, in the browser, with a stand-in on whose page the buyer agrees."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import village
from paypal_house import CLIENT, SECRET, WEBHOOK, PayPalHouse, Signer, serving
from program import Program

CLARA = village.Person("clara", "Clara Lindqvist", "Clara", village.FRONT)
axe = Axe()


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PayPalHouse]:
    with serving(PayPalHouse()) as house:
        roots = tmp_path / "roots.pem"
        roots.write_bytes(Signer.pem(house.signer.root))
        for name, value in {
            "PARLEY_PAYPAL": CLIENT, "PARLEY_PAYPAL_SECRET": SECRET, "PARLEY_PAYPAL_WEBHOOK": WEBHOOK, "PARLEY_PAYPAL_ADDRESS": house.address,
            "PARLEY_CERTIFICATES": str(roots),
        }.items():
            monkeypatch.setenv(name, value)
        yield house
    assert house.faults == []


def test_shop_to_statement(new_page: Callable[..., Page], parley: Program, house: PayPalHouse) -> None:
    """A12, B37: a buyer goes back from PayPal and loses nothing, then agrees and has the credit; what an administrator gives back stands in the statement."""
    house.webhook = parley.url("localhost", "/webhooks/payments/paypal")
    clara = new_page()
    clara.goto(parley.url(CLARA.host, village.sign_in_path(CLARA)))
    clara.goto(parley.url(CLARA.host, "/buy"))
    clara.get_by_role("link", name="7 message credits").click()
    clara.get_by_role("radio", name="PayPal").check()
    assert axe.run(clara).violations_count == 0
    heading = clara.get_by_role("heading", level=1)
    clara.get_by_role("button", name=re.compile(r"^Pay €")).click()
    expect(heading).to_have_text("Pay 20.00 EUR")
    assert clara.url.startswith(house.address)
    clara.get_by_role("link", name="Cancel and go back").click()
    expect(heading).to_have_text("You did not pay")
    house.funding = "PENDING"
    clara.get_by_role("button", name=re.compile(r"^Pay €")).click()
    clara.get_by_role("button", name="Pay now").click()
    expect(heading).to_have_text("Payment awaiting validation", timeout=20_000)
    assert axe.run(clara).violations_count == 0
    (order,) = house.orders.values()
    (capture,) = order["captures"]
    capture["status"] = "COMPLETED"
    assert house.tell("PAYMENT.CAPTURE.COMPLETED", capture) == 204
    clara.reload()
    expect(heading).to_have_text("Paid, thank you")
    found = re.search(r"/purchases/(\d+)", clara.url)
    assert found
    ada = new_page()
    ada.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    ada.goto(parley.url(village.ADMINISTRATOR.host, f"/admin/payments/{found[1]}"))
    ada.get_by_label(re.compile("units", re.I)).fill("3")
    ada.get_by_role("button", name=re.compile("refund|give back|pay back", re.I)).first.click()
    clara.goto(parley.url(CLARA.host, "/wallet"))
    expect(clara.locator('[data-unit="credits"] .balance')).to_have_text("5 message credits")
    expect(clara.locator("tr", has_text="Refund").first).to_be_visible()
    (refund,) = order["refunds"]
    assert refund["amount"] == {"currency_code": "EUR", "value": "7.50"}
