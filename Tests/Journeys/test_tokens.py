"""A token for a program, from the page where it is made to the end of it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import village
from test_accessibility import SCHEMES, violations
from test_security import opens_account


@pytest.mark.parametrize("scheme", SCHEMES)
def test_token(parley: Any, new_page: Any, scheme: str) -> None:
    """P7: a token is made with scopes and an end, shown once with a button that copies it, works, and is revoked."""
    page: Page = new_page(color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"])
    home = parley.url(village.FRONT, "").rstrip("/")
    opens_account(page, parley, home)
    page.goto(f"{home}/profile/security")
    page.get_by_role("link", name="Look at them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tokens for programs")
    found = violations(page, "no tokens")
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_label("notices.read").check()
    page.get_by_label("30 days").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new token")
    token = page.locator("#token").inner_text()
    assert re.fullmatch(r"parley_[A-Za-z0-9_-]{43}", token)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token
    found += violations(page, "a new token")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.locator("main")).not_to_contain_text(token)
    expect(page.locator("main .told")).to_contain_text("chats.read, notices.read · not used yet")

    status, _, body = parley.get(village.FRONT, "/api/v1/me", {"Authorization": f"Bearer {token}"})
    assert (status, json.loads(body)["scopes"]) == (200, ["chats.read", "notices.read"])
    page.reload()
    expect(page.locator("main .told")).not_to_contain_text("not used yet")
    found += violations(page, "tokens")
    page.get_by_role("button", name="Revoke Nightly export").click()
    expect(page.get_by_role("status")).to_contain_text("The token is revoked.")
    assert parley.get(village.FRONT, "/api/v1/me", {"Authorization": f"Bearer {token}"})[0] == 401
    assert not found, "\n".join(found)
