"""Subscriptions and own prices, in a browser: what begins, includes questions, renews by itself and ends when its owner says so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import village
from program import Program
from test_accessibility import SCHEMES, violations
from test_paid import Customer, lets_minutes_pass
from words import Words

DAY = 24 * 60


def subscribes(page: Page, parley: Program, plan: str) -> None:
    page.goto(parley.url(village.LINA.host, "/buy"))
    page.get_by_role("link", name=plan).click()
    expect(page.get_by_text("now and then every month")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Pay €")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Paid|Thank|credit|There", re.IGNORECASE))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_subscription_includes_questions(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program, scheme: str
) -> None:
    """A42: with a subscription a question costs nothing and the balance stays, the answer comes as ever, and the wallet says until when."""
    page = new_page(phone=True, color_scheme=scheme)
    page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    subscribes(page, parley, "As many questions as you like")
    page.goto(parley.url(village.LINA.host, "/buy"))
    expect(page.get_by_role("link", name="You have a subscription").first).to_be_visible()
    assert violations(page, "a subscription") == []
    lina = Customer(page, parley, village.LINA)
    lina.begins_with(village.EMIL)
    expect(lina.root.get_by_text("Included in your subscription")).to_be_visible()
    lina.has(3)
    lina.writes("May I sublet my flat?")
    lina.has(3)
    emil = new_agent(village.EMIL)
    emil.joins("Lina Okafor")
    emil.writes("Yes, if your landlord agrees.")
    expect(lina.message("Yes, if your landlord agrees.")).to_be_visible()
    lina.has(3)
    page.goto(parley.url(village.LINA.host, "/wallet"))
    expect(page.get_by_text("renews on")).to_be_visible()
    assert violations(page, "a subscription") == []


def test_subscription_renews_and_ends(new_page: Callable[..., Page], parley: Program) -> None:
    """A42: credits come every month by the card that paid first; ended with one press it lasts until what is paid is over, and then no more."""
    page, clock = new_page(), new_page()
    page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    subscribes(page, parley, "10 message credits every month")
    page.goto(parley.url(village.LINA.host, "/wallet"))
    balance = page.locator('.wallet[data-unit="credits"] .balance')
    expect(balance).to_have_text("13 message credits")
    expect(page.get_by_role("button", name="Remove")).to_be_visible(timeout=40_000)
    lets_minutes_pass(clock, parley, 30 * DAY + 60)
    page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    page.goto(parley.url(village.LINA.host, "/wallet"))
    expect(balance).to_have_text("23 message credits", timeout=60_000)
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("status")).to_have_text("Ended. You keep it until the date shown.")
    expect(page.get_by_text("ends on")).to_be_visible()
    lets_minutes_pass(clock, parley, 40 * DAY)
    page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    page.goto(parley.url(village.LINA.host, "/notices"))
    expect(page.get_by_text("Your subscription has ended")).to_be_visible(timeout=60_000)
    page.goto(parley.url(village.LINA.host, "/wallet"))
    expect(balance).to_have_text("23 message credits")
    expect(page.get_by_role("button", name="End it")).to_have_count(0)


def test_expert_names_a_price(new_page: Callable[..., Page], parley: Program) -> None:
    """B12, A26: an expert names prices in coins, the website lets them, a customer sees both before sending, and the thread sells coins."""
    ada, emil, lina = new_page(), new_page(phone=True), new_page(phone=True)
    ada.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/terms"))
    ada.get_by_role("link", name="Kite Counsel").click()
    ada.get_by_role("combobox", name="Paid with").select_option(label="Coins")
    ada.get_by_label("Price of an answer to a video message").fill("25")
    ada.get_by_role("checkbox", name="Experts may name their own prices").check()
    assert violations(ada, "terms") == []
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("status")).to_be_visible()
    emil.goto(parley.url(village.EMIL.host, village.sign_in_path(village.EMIL)))
    emil.goto(parley.url(village.EMIL.host, "/earnings/prices"))
    emil.get_by_label("An answer to a text message").fill("forty")
    emil.get_by_role("button", name="Save").click()
    expect(emil.get_by_label("An answer to a text message")).to_have_value("forty")
    emil.get_by_label("An answer to a text message").fill("40")
    emil.get_by_role("button", name="Save").click()
    expect(emil.get_by_role("status")).to_be_visible()
    assert violations(emil, "prices") == []
    lina.goto(parley.url(village.LINA.host, "/experts"))
    lina.get_by_role("link", name=village.EMIL.pseudonym).first.click()
    expect(lina.get_by_text("40 coins")).to_be_visible()
    expect(lina.get_by_text("25 coins")).to_be_visible()
    lina.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    lina.get_by_role("link", name=village.EMIL.pseudonym).first.click()
    lina.get_by_role("button", name=Words("en", "deals")("expert.ask")).click()
    expect(lina.locator(".deal").get_by_role("link", name="Buy coins", exact=True)).to_be_visible()
