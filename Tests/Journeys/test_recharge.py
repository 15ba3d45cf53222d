"""A wallet that is filled by itself, from its owner's page, with the test provider."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import village
from program import Program

axe = Axe()


def test_recharge(new_page: Callable[..., Page], parley: Program) -> None:
    """C9a, X3: a customer keeps a card, has the wallet filled by itself when it is low, reads so in the statement, and switches it off."""
    page = new_page()
    page.goto(parley.url(village.CLARA.host, village.sign_in_path(village.CLARA)))

    def visits(path: str) -> None:
        page.goto(parley.url(village.CLARA.host, path))

    visits("/wallet")
    expect(page.get_by_text("Keep a card with your next purchase")).to_be_visible()
    visits("/buy")
    page.get_by_role("link", name="3 message credits").click()
    page.get_by_role("radio", name="Test payment").check()
    page.get_by_role("checkbox", name="Keep my card").check()
    page.get_by_role("button", name=re.compile(r"^Pay €")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paid, thank you")
    visits("/wallet")
    expect(page.get_by_role("heading", name="Kept cards")).to_be_visible()
    section = page.locator(".recharge form", has=page.locator('input[value="credits"]'))
    section.get_by_label("What is bought").select_option(label="8 message credits for €20.00")
    section.get_by_label("When less is free than").fill("4")
    section.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("status").first).to_contain_text("recharged by itself")
    # It is low at once; the page follows the wallet.
    expect(page.locator('[data-unit="credits"] .balance')).to_have_text("11 message credits", timeout=20_000)
    expect(page.get_by_text("Automatic recharge", exact=True).nth(1)).to_be_visible()
    assert axe.run(page).violations_count == 0
    page.locator(".recharge").get_by_role("button", name="Switch it off").first.click()
    expect(page.get_by_role("status").first).to_contain_text("is off")
