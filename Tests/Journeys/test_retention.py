"""How long a website keeps what: tried, saved, and done in the night."""

from collections.abc import Callable

import pytest
from people import Administrator
from playwright.sync_api import Page, expect
from test_accessibility import SCHEMES, violations
from test_privacy import home_of, lets_days_pass

import village
from program import Program
from words import Words

PRIVACY = Words("en", "privacy")


def number(page: Page, kind: str) -> int:
    """What the next night takes of a kind."""
    row = page.locator("#tonight tbody tr").filter(has=page.get_by_role("rowheader", name=PRIVACY(f"retention.kind.{kind}"), exact=True))
    return int(row.locator("td.number").inner_text().split()[0])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_retention(parley: Program, new_page: Callable[..., Page], scheme: str) -> None:
    """X7, X8, X9: an administrator tries days without saving, opens the chats behind the number, pauses, goes on, and reads the certificate of the
    night."""
    administrator = Administrator(new_page(color_scheme=scheme), parley, village.ADMINISTRATOR)
    administrator.sign_in()
    page = administrator.page
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=village.HARBOUR.name).click()
    page.get_by_role("link", name=PRIVACY("retention.title"), exact=True).click()
    assert number(page, "chats") == 0
    expect(page.locator("#tonight header time")).not_to_contain_text("UTC")
    assert violations(page, "what is kept") == []

    def fills(days: str) -> None:
        for name in ("visitDays", "addressDays", "chatDays"):
            page.get_by_label(PRIVACY(f"retention.field.{name}")).fill(days)

    fills("1")
    administrator.presses(PRIVACY("retention.try"))
    expect(page.get_by_role("heading", name=PRIVACY("retention.tried"))).to_be_visible()
    tried = number(page, "chats")
    assert tried >= 1
    assert violations(page, "what would be kept") == []
    fills("0")
    administrator.presses(administrator.pages("form.save"))
    expect(page.locator("#chatDays-error")).to_have_text(administrator.refusals("daysInvalid"))
    assert violations(page, "days with faults") == []

    fills("1")
    page.get_by_role("checkbox", name=PRIVACY("retention.pause")).check()
    administrator.presses(administrator.pages("form.save"))
    expect(page.get_by_text(PRIVACY("retention.pausedText"))).to_be_visible()
    assert number(page, "chats") == 0
    page.get_by_role("checkbox", name=PRIVACY("retention.pause")).uncheck()
    administrator.presses(administrator.pages("form.save"))
    expect(page.get_by_role("status")).to_have_text(administrator.pages("form.saved"))
    assert number(page, "chats") == tried
    page.locator("#tonight").get_by_role("link", name=PRIVACY("retention.kind.chats")).click()
    expect(page.locator("tbody tr")).to_have_count(tried)
    assert violations(page, "the chats that go") == []

    lets_days_pass(page, home_of(parley), 1)
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=village.HARBOUR.name).click()
    page.get_by_role("link", name=PRIVACY("retention.title"), exact=True).click()
    certificate = page.locator("#certificates").get_by_role("link")
    for _ in range(30):
        if certificate.count() == 1:
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(certificate).to_have_count(1)
    assert violations(page, "what was erased") == []
    certificate.click()
    expect(page.get_by_role("heading", name=PRIVACY("retention.certificate"))).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=PRIVACY("retention.kind.chats"))).to_contain_text(str(tried))
    assert violations(page, "a certificate") == []
