"""What comes after a paid answer: its rating, a tip, and giving back what was paid, as both sides and an administrator see it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import village
from people import Administrator, Agent
from program import Program
from test_accessibility import SCHEMES, violations
from test_paid import GIFT, Customer
from words import Words

QUESTION = "My landlord keeps the deposit. What do I write first?"
ANSWER = "A letter that names the day you moved out."
DEALS = Words("en", "deals")


def answered(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program, **options: Any) -> tuple[Customer, Agent]:
    """Lina asked Emil, and he answered."""
    lina = Customer(new_page(**options), parley, village.LINA)
    lina.begins_with(village.EMIL)
    emil = new_agent(village.EMIL)
    lina.writes(QUESTION)
    emil.joins("Lina Okafor")
    emil.sees(QUESTION)
    emil.writes(ANSWER)
    lina.sees(ANSWER)
    expect(rating(lina)).to_be_visible()
    return lina, emil


def rating(lina: Customer) -> Locator:
    """The stars below the answer."""
    return lina.log.get_by_role("group", name=lina.deal("thanks.question"))


def star(lina: Customer, number: int) -> Locator:
    return rating(lina).get_by_role("radio").nth(number - 1)


def rated(reader: Customer | Agent) -> Locator:
    return reader.log.locator(".rated")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_answer_is_rated_and_thanked_for(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program, scheme: str
) -> None:
    """A43, P15, A36: by keys alone an answer is rated and changed, a tip is confirmed, and the other side and another tab see it live."""
    lina, emil = answered(new_page, new_agent, parley, phone=scheme == "dark", color_scheme=scheme)
    found = violations(lina.page, "an answer that can be rated")
    star(lina, 1).focus()
    for _ in range(3):
        lina.page.keyboard.press("ArrowRight")
    lina.page.keyboard.press("Space")
    expect(star(lina, 4)).to_be_checked()
    lina.log.get_by_role("textbox", name=lina.deal("thanks.sentence")).fill("Just what I needed")
    lina.page.keyboard.press("Enter")
    expect(rated(lina)).to_contain_text("Just what I needed")
    expect(rated(emil)).to_contain_text("★★★★☆")
    expect(rated(emil)).to_contain_text("Just what I needed")
    found += violations(lina.page, "a rated answer") + violations(emil.page, "a rated answer in the console")
    change = lina.log.get_by_role("button", name=lina.deal("thanks.change"))
    expect(change).to_be_focused()
    change.press("Enter")
    expect(star(lina, 4)).to_be_focused()
    lina.page.keyboard.press("ArrowRight")
    lina.log.get_by_role("button", name=lina.deal("thanks.rate")).click()
    expect(rated(emil)).to_contain_text("★★★★★")

    lina.log.get_by_role("button", name=lina.deal("tip.open")).click()
    dialog = lina.page.get_by_role("dialog")
    dialog.get_by_text("5 credits").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not enough")
    expect(dialog.get_by_role("button", name=lina.deal("tip.goOn"))).to_be_disabled()
    dialog.get_by_text("2 credits", exact=True).click()
    found += violations(lina.page, "how much a tip is")
    dialog.get_by_role("button", name=lina.deal("tip.goOn")).click()
    expect(dialog.get_by_role("status")).to_contain_text(re.compile("2 credits.*0 credits"))
    lina.has(GIFT - 1)
    dialog.get_by_role("button", name=lina.deal("tip.give")).click()
    expect(dialog).to_have_count(0)
    lina.has(GIFT - 3)
    expect(lina.log.get_by_text(lina.deal.like("tip.line", amount="2 credits"))).to_be_visible()
    expect(emil.log.get_by_text(re.compile("gave a tip of 2 credits"))).to_be_visible()

    for reader in (lina, emil):
        reader.page.reload()
        expect(rated(reader)).to_contain_text("★★★★★")
    second = lina.page.context.new_page()
    second.goto(lina.page.url)
    expect(second.locator("parley-talk .rated")).to_contain_text("★★★★★")

    emil.page.goto(parley.url(village.EMIL.host, "/earnings"))
    expect(emil.page.locator("main")).to_contain_text(re.compile(r"★ 5\.0.*1 rating"))
    found += violations(emil.page, "earnings with a rating")
    lina.page.goto(parley.url(village.LINA.host, "/experts"))
    expect(lina.page.locator("main")).to_contain_text(re.compile(r"★ 5\.0.*1 rating"))
    found += violations(lina.page, "experts with a rating")
    assert found == []


def test_tip_and_answer_are_given_back(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """B37, B32, X2: an administrator gives a tip back in part and the answer whole; all three read why it was charged, and both are told."""
    lina, emil = answered(new_page, new_agent, parley)
    lina.log.get_by_role("button", name=lina.deal("tip.open")).click()
    dialog = lina.page.get_by_role("dialog")
    dialog.get_by_text("2 credits", exact=True).click()
    dialog.get_by_role("button", name=lina.deal("tip.goOn")).click()
    dialog.get_by_role("button", name=lina.deal("tip.give")).click()
    lina.has(GIFT - 3)

    ada = administrator.page
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/deals"))
    found = violations(ada, "the administrator's list of deals")
    expect(ada.locator(".trail").get_by_role("link")).to_have_attribute("href", "/admin/payments")
    assert ANSWER not in ada.content() and QUESTION not in ada.content()
    expect(ada.get_by_role("row")).to_have_count(3)
    ada.get_by_role("link", name=DEALS("after.row.tip"), exact=True).click()
    ada.get_by_label(DEALS("after.refund.units")).fill("1")
    found += violations(ada, "a deal with the form that gives it back")
    ada.get_by_role("button", name=DEALS("after.refund.do")).click()
    expect(ada.get_by_role("status")).to_have_text(DEALS("after.refund.done"))
    expect(ada.locator("main")).to_contain_text(DEALS("after.state.partlyRefunded"))
    lina.has(GIFT - 2)
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/deals?state=answered"))
    ada.get_by_role("link", name=DEALS("after.row.question"), exact=True).click()
    ada.get_by_role("button", name=DEALS("after.refund.do")).click()
    expect(ada.locator("main")).to_contain_text(DEALS("after.state.refunded"))
    lina.has(GIFT - 1)
    number = ada.url.split("/")[-1].split("?")[0]

    for reader, place in ((lina.page, "wallet"), (emil.page, "earnings")):
        host = village.LINA.host if place == "wallet" else village.EMIL.host
        reader.goto(parley.url(host, "/notices"))
        expect(reader.locator("main")).to_contain_text(re.compile("Given back to"))
        reader.goto(parley.url(host, f"/{place}/deals/{number}"))
        expect(reader.get_by_role("heading", level=1)).to_have_text(DEALS("after.heading.question"))
        expect(reader.locator("main")).to_contain_text(DEALS("after.reason.administrator"))
        expect(reader.get_by_role("button", name=DEALS("after.refund.do"))).to_have_count(0)
        found += violations(reader, f"a deal at {place}")
    other = reader.goto(parley.url(village.EMIL.host, f"/wallet/deals/{number}"))
    assert other is not None and other.status == 404, "somebody else's deal and none at all look the same"
    assert found == []


@pytest.mark.settings("--one-star-refund")
def test_one_star_is_given_back(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """B37: where the owner wants it, an answer rated one star goes back to the wallet by itself, once a month."""
    lina, _ = answered(new_page, new_agent, parley)
    lina.has(GIFT - 1)
    star(lina, 1).click()
    lina.log.get_by_role("button", name=lina.deal("thanks.rate")).click()
    lina.has(GIFT)
