"""Sign-in in two steps, with a telephone that reads the picture, and the list of where one is signed in."""

import io
import time
from typing import Any

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

import village
from test_accessibility import SCHEMES, violations
from test_accounts import PASSWORD, letter_link

ADDRESS = "noor.amiri@example.com"


class Telephone:
    """An authenticator app that somebody else wrote."""

    def __init__(self, page: Page) -> None:
        seen = zxingcpp.read_barcode(Image.open(io.BytesIO(page.locator(".qr").screenshot())))
        assert seen is not None, "the picture cannot be read"
        assert seen.text.startswith("otpauth://totp/"), seen.text
        self.app = pyotp.parse_uri(seen.text)
        self.shown = ""

    def code(self) -> str:
        """The next one that was not typed yet: the program takes none twice, but one that is half a minute early."""
        for moment in (time.time(), time.time() + 30):
            code = self.app.at(moment)
            if code != self.shown:
                self.shown = code
                return code
        raise AssertionError("two codes in a row are the same")


def opens_account(page: Page, parley: Any, home: str) -> None:
    page.goto(f"{home}/sign-up")
    page.get_by_label("First name").fill("Noor")
    page.get_by_label("Mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.goto(letter_link(parley, "address"))
    page.get_by_role("button", name="Confirm and go in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")


def gives_password(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-in")
    page.get_by_label("Mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_steps(new_page: Any, parley: Any, scheme: str) -> None:
    """P8: a telephone reads the picture, the code opens, a recovery code opens where the telephone is lost, and elsewhere one is signed out."""
    page: Page = new_page(color_scheme=scheme)
    home = parley.url(village.FRONT, "").rstrip("/")
    opens_account(page, parley, home)
    page.get_by_role("link", name="Look at it Sign-in and security").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".qr")).to_be_visible()
    found = violations(page, "picture")
    telephone = Telephone(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#code-error")).to_contain_text("not right")
    page.get_by_label("Code").fill(telephone.code())
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    found += violations(page, "recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("10 recovery codes left")

    laptop: Page = new_page(color_scheme=scheme)
    gives_password(laptop, home)
    expect(laptop.get_by_role("heading", level=1)).to_have_text("One more step")
    found += violations(laptop, "second step")
    laptop.reload()
    laptop.get_by_label("Code").fill(telephone.code())
    laptop.get_by_role("button", name="Sign in").click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Your profile")
    letter_link(parley, "new browser")

    laptop.locator(".you > button").click()
    laptop.locator("#you-menu").get_by_role("button", name="Sign out").click()
    gives_password(laptop, home)
    laptop.get_by_label("Code").fill(codes[3].upper())
    laptop.get_by_role("button", name="Sign in").click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Your profile")

    page.reload()
    expect(page.locator("main")).to_contain_text("9 recovery codes left")
    expect(page.locator("main .told")).to_have_count(2)
    found += violations(page, "security")
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out everywhere else.")
    laptop.reload()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not found, "\n".join(found)
