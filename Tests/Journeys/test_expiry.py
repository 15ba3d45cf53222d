"""Credit that ends, in a browser: its owner is told in time, extends it with one press, and what nobody used is gone on its day."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

import village
from program import Program
from test_accessibility import violations
from test_paid import GIFT, lets_minutes_pass

DAY = 24 * 60


def comes_back(page: Page, parley: Program, path: str) -> None:
    """After weeks the session is over."""
    page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    page.goto(parley.url(village.LINA.host, path))


def test_credit_ends_and_is_extended(new_page: Callable[..., Page], parley: Program) -> None:
    """A33: bought credit lasts a year; 30 days before its owner reads so and extends it once, free; on its last day it is gone, and the rest stays."""
    page, clock = new_page(phone=True), new_page()
    comes_back(page, parley, "/buy")
    page.get_by_role("link", name="3 message credits").click()
    page.get_by_role("button", name=re.compile(r"^Pay €")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    balance = page.locator('.wallet[data-unit="credits"] .balance')
    page.goto(parley.url(village.LINA.host, "/wallet"))
    expect(balance).to_have_text(f"{GIFT + 3} message credits")
    expect(page.get_by_role("button", name="Extend by six months, free")).to_have_count(0)

    lets_minutes_pass(clock, parley, 336 * DAY)
    comes_back(page, parley, "/notices")
    expect(page.get_by_text(re.compile("3 credits end on"))).to_be_visible(timeout=60_000)
    page.goto(parley.url(village.LINA.host, "/wallet"))
    assert violations(page, "credit that ends") == []
    page.get_by_role("button", name="Extend by six months, free").click()
    expect(page.get_by_role("status")).to_have_text("Extended by six months.")
    expect(page.get_by_role("button", name="Extend by six months, free")).to_have_count(0)

    lets_minutes_pass(clock, parley, 60 * DAY)
    comes_back(page, parley, "/wallet")
    expect(balance).to_have_text(f"{GIFT + 3} message credits")
    lets_minutes_pass(clock, parley, 160 * DAY)
    comes_back(page, parley, "/wallet")
    expect(balance).to_have_text(f"{GIFT} message credits", timeout=60_000)
    expect(page.get_by_text("Ended unused")).to_be_visible()
