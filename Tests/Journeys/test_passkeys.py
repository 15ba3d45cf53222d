"""A passkey instead of password and code, with an authenticator that the browser itself pretends to have."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

import village
from test_accessibility import SCHEMES, violations
from test_accounts import letter_link
from test_security import ADDRESS, gives_password, opens_account


class Authenticator:
    """Chromium's own, as in a laptop: it knows its owner's finger."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def set(self, what: str, **values: Any) -> None:
        self.session.send(f"WebAuthn.{what}", {"authenticatorId": self.id, **values})

    def press(self, page: Page) -> None:
        """Signs in by the button. The quiet question of the page finds nobody's finger, and the one of the button does."""
        expect(page.locator("parley-passkey[data-asks]").or_(page.locator("parley-passkey[data-quiet]"))).to_be_visible()
        self.is_touched(True)
        page.get_by_role("button", name="Continue with a passkey").click()

    def is_touched(self, touched: bool) -> None:
        self.set("setAutomaticPresenceSimulation", enabled=touched)

    def count(self) -> int:
        return len(self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])


def signs_out(page: Page) -> None:
    page.locator(".you > button").click()
    page.locator("#you-menu").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_passkey(parley: Any, new_page: Any, scheme: str) -> None:
    """P8: a passkey is added, named and renamed, signs in without a password, and is refused once it is removed."""
    page: Page = new_page(color_scheme=scheme)
    device = Authenticator(page)
    home = parley.url(village.FRONT, "").rstrip("/")
    opens_account(page, parley, home)
    page.get_by_role("link", name="Look at it Sign-in and security").click()
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_label("Name")).to_have_value("Chrome on Linux")
    found = violations(page, "new passkey")
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("status").first).to_have_text("The passkey is added. You can sign in with it now.")
    assert device.count() == 1
    letter_link(parley, "passkey was added")
    found += violations(page, "passkeys")

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("This device has a passkey for your account already.")).to_be_visible()
    found += violations(page, "a passkey that is there")

    device.is_touched(False)
    signs_out(page)
    found += violations(page, "sign-in with a passkey")
    device.set("setUserVerified", isUserVerified=False)
    device.press(page)
    expect(page.get_by_text("Nothing was done.")).to_be_visible()
    device.set("setUserVerified", isUserVerified=True)
    device.press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")

    page.goto(f"{home}/profile/security")
    row = page.locator("main .told", has_text="My laptop")
    expect(row).not_to_contain_text("not used yet")
    row.get_by_role("link", name="Change").click()
    page.get_by_label("Name").fill("The old laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    page.get_by_role("link", name="Change The old laptop").click()
    found += violations(page, "one passkey")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status").first).to_have_text("The passkey is removed.")

    device.is_touched(False)
    signs_out(page)
    device.press(page)
    expect(page.get_by_role("alert")).to_contain_text("This passkey is not known here.")
    gives_password(page, home)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")
    assert not found, "\n".join(found)


def test_suggested_passkey(parley: Any, new_page: Any) -> None:
    """P8: where the browser offers passkeys by itself, the sign-in page lets it, and nobody has to press anything of ours."""
    page: Page = new_page()
    device = Authenticator(page)
    home = parley.url(village.FRONT, "").rstrip("/")
    opens_account(page, parley, home)
    page.goto(f"{home}/profile/security/passkeys/new")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added.")
    # The pretended device is touched at once, as if its owner had chosen what the browser suggests.
    page.locator(".you > button").click()
    page.locator("#you-menu").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")
    expect(page.locator(".you")).to_contain_text(ADDRESS)


def test_without_passkeys(parley: Any, new_page: Any) -> None:
    """P8: without scripts, or on a page of another name, nothing speaks of a passkey that could not work."""
    home = parley.url(village.FRONT, "").rstrip("/")
    plain: Page = new_page(java_script_enabled=False)
    plain.goto(f"{home}/sign-in")
    expect(plain.get_by_role("button", name="Continue with a passkey")).to_be_hidden()
    expect(plain.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    numbered: Page = new_page()
    numbered.goto(f"{home}/sign-in".replace("localhost", "127.0.0.1"))
    expect(numbered.get_by_role("button", name="Continue with a passkey")).to_be_hidden()
