"""What payers hold themselves to: they run into it with what they wrote kept, and they can wait, but not hurry."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from letters import letter_about, plain_text
from playwright.sync_api import Page, expect

import village
from program import Program
from test_accessibility import SCHEMES, violations
from test_paid import GIFT, Customer, lets_minutes_pass
from words import Words

BRAKES = Words("en", "brakes")
DAY_MINUTES = 24 * 60
FIELDS = {span: BRAKES(f"limits.span.{span}") for span in ("session", "day", "month")}


def opens_limits(lina: Customer) -> None:
    lina.page.goto(lina.program.url(lina.person.host, "/wallet/limits"))


def group(lina: Customer) -> Any:
    return lina.page.locator("section").filter(has=lina.page.get_by_role("heading", name="Message credits"))


def sets(lina: Customer, **caps: str) -> None:
    opens_limits(lina)
    for span, cap in caps.items():
        group(lina).get_by_label(FIELDS[span]).fill(cap)
    group(lina).get_by_role("button").click()
    expect(lina.page.get_by_role("status").first).to_contain_text(BRAKES("limits.done.caps"))


def tries(lina: Customer, text: str, why: re.Pattern[str]) -> None:
    """What is refused stays where it was written, and says why."""
    lina.composer.fill(text)
    lina.composer.press("Enter")
    expect(lina.bar.get_by_role("alert")).to_have_text(why)
    expect(lina.composer).to_have_value(text)
    expect(lina.message(text)).to_have_count(0)


def back_to(lina: Customer, thread: str) -> None:
    lina.page.goto(thread)
    expect(lina.composer).to_be_editable()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_cap_is_hit_and_raised(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program, scheme: str
) -> None:
    """X3: a cap of a month stops the second question with its text kept; raised, it counts a day later and not before."""
    lina = Customer(new_page(phone=True, color_scheme=scheme), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    sets(lina, month="1")
    found = violations(lina.page, "limits with a cap")
    back_to(lina, thread)
    emil = new_agent(village.EMIL)
    lina.writes("May I sublet?")
    emil.joins("Lina Okafor")
    emil.writes("Yes, with a letter.")
    lina.sees("Yes, with a letter.")
    why = Words("en", "refusal").like("monthLimitReached", left="0", limit="1")
    tries(lina, "For a year, too?", why)
    found += violations(lina.page, "a thread at its cap")
    sets(lina, month="2")
    expect(group(lina).get_by_text(BRAKES.like("limits.waiting", units="2"))).to_be_visible()
    expect(group(lina).get_by_role("meter")).to_have_attribute("value", "1")
    found += violations(lina.page, "limits with a change that waits")
    back_to(lina, thread)
    expect(lina.composer).to_have_value("For a year, too?")
    tries(lina, "For a year, too?", why)
    lets_minutes_pass(new_page(), parley, DAY_MINUTES + 1)
    lina.page.reload()
    lina.composer.press("Enter")
    lina.sees("For a year, too?")
    lina.has(GIFT - 2)
    assert found == []


def test_stop_in_a_thread(new_page: Callable[..., Page], parley: Program) -> None:
    """X3: from the bar of a thread its payer says after how many more to stop, sees it count down, and is stopped there."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    lina.bar.get_by_role("link", name=BRAKES("stop.open")).click()
    lina.page.get_by_label(BRAKES("stop.after.credits")).fill("1")
    found = violations(lina.page, "where to stop")
    lina.page.get_by_role("button", name="Save").click()
    expect(lina.page).to_have_url(thread)
    expect(lina.bar.get_by_role("link", name="Stops after 1 more credit")).to_be_visible()
    lina.writes("Only this one")
    expect(lina.bar.get_by_role("link", name="Stops after 0 more credits")).to_be_visible()
    tries(lina, "And another", Words("en", "refusal").like("stopReached", left="0"))
    lina.has(GIFT - 1)
    assert found == []


def test_break_is_kept(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """X3: who takes a break neither asks nor buys until its end, an open question is answered, and an administrator can only look."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    lina.writes("Before the break")
    opens_limits(lina)
    lina.page.get_by_role("radio", name=BRAKES("exclusion.span.week")).check()
    lina.page.get_by_role("checkbox", name=BRAKES("exclusion.sure")).check()
    lina.page.get_by_role("button", name=BRAKES("exclusion.submit")).click()
    expect(lina.page.get_by_text(BRAKES.like("exclusion.until"))).to_be_visible()
    found = violations(lina.page, "limits in a break")
    why = Words("en", "refusal").like("selfExcluded")
    lina.page.goto(parley.url(lina.person.host, "/buy"))
    expect(lina.page.get_by_role("alert")).to_have_text(why)
    expect(lina.page.get_by_role("button", name=re.compile("^Pay"))).to_have_count(0)
    found += violations(lina.page, "the shop in a break")
    back_to(lina, thread)
    tries(lina, "In the break", why)
    emil = new_agent(village.EMIL)
    emil.joins("Lina Okafor")
    emil.writes("An answer all the same.")
    lina.sees("An answer all the same.")
    lina.has(GIFT - 1)
    ada = new_page()
    ada.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/exclusions"))
    expect(ada.get_by_role("row", name="Lina Okafor")).to_be_visible()
    expect(ada.get_by_role("main").get_by_role("button")).to_have_count(0)
    found += violations(ada, "breaks")
    lets_minutes_pass(new_page(), parley, 7 * DAY_MINUTES + 1)
    back_to(lina, thread)
    lina.composer.press("Enter")
    lina.sees("In the break")
    assert found == []


def test_own_currency(new_page: Callable[..., Page], parley: Program) -> None:
    """X3: with rates of an administrator and a currency of one's own, prices say what they are about, before somebody pays."""
    ada = new_page()
    ada.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/rates"))
    ada.get_by_label("CHF").fill("0.9312")
    ada.get_by_role("button", name=BRAKES("rates.save")).click()
    expect(ada.get_by_role("status")).to_have_text("Saved.")
    found = violations(ada, "rates")
    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    opens_limits(lina)
    lina.page.get_by_label(BRAKES("currency.label")).select_option("CHF")
    lina.page.get_by_role("button", name=f"Save {BRAKES('currency.title')}").click()
    lina.page.goto(parley.url(lina.person.host, "/buy"))
    expect(lina.page.get_by_role("link", name=re.compile("7 message credits"))).to_contain_text(re.compile(r"about CHF\s18\.62"))
    expect(lina.page.get_by_text(re.compile(r"about CHF\s18\.62, at the rate of .?\d{4}-\d\d-\d\d"))).to_be_visible()
    found += violations(lina.page, "the shop with another currency")
    back_to(lina, thread)
    expect(lina.bar.get_by_text(re.compile(r"about CHF\s\d\.\d\d, at the rate of"))).to_be_visible()
    found += violations(lina.page, "a thread with another currency")
    assert found == []


def looks_away(lina: Customer) -> None:
    """The browser that is driven gives the focus to every page at once."""
    lina.page.evaluate("document.hasFocus = () => false; dispatchEvent(new Event('blur'))")


def looks_back(lina: Customer) -> None:
    lina.page.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")


def test_alerts(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """C18: credit that runs out is marked in the thread, an answer calls by title and icon of the tab, and each only if it was chosen."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    mark = lina.bar.locator(".alert")
    for number in range(GIFT):
        expect(mark).to_be_hidden()
        lina.writes(f"Question {number + 1}")
        lina.has(GIFT - 1 - number)
    expect(mark).to_have_text(lina.deal("alert.creditLow"))
    found = violations(lina.page, "a thread without credit")
    emil = new_agent(village.EMIL)
    emil.joins("Lina Okafor")
    looks_away(lina)
    emil.writes("All three: yes.")
    expect(lina.page).to_have_title(re.compile("^● "))
    icon = lina.page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile("icon-alert"))
    looks_back(lina)
    expect(lina.page).not_to_have_title(re.compile("●"))
    expect(icon).not_to_have_attribute("href", re.compile("alert"))

    lina.page.goto(parley.url(lina.person.host, "/profile/notices"))
    notices = Words("en", "notices")
    event = lina.page.get_by_role("group", name=notices("alert.event.creditLow"))
    event.get_by_role("checkbox", name=notices("alert.light")).uncheck()
    found += violations(lina.page, "choosing alerts")
    lina.page.get_by_role("button", name="Save").click()
    back_to(lina, thread)
    lina.has(0)
    expect(mark).to_be_hidden()
    assert found == []


def test_thread_of_a_letter(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """A24, X3: a paid thread that a letter's link opened says where its payer signs in to see what is left."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    conversation = lina.page.url.rsplit("/", 1)[1]
    lina.writes("May I sublet?")
    emil = new_agent(village.EMIL)
    emil.joins("Lina Okafor")
    lina.page.goto("about:blank")
    emil.page.wait_for_timeout(11_000)
    emil.writes("Yes, with a letter.")
    watchmaker = new_page()
    letter = plain_text(letter_about(parley, "Emil answered you", lambda: lets_minutes_pass(watchmaker, parley, 1)))
    link = re.search(r"http\S+/threads/\S+", letter)
    assert link
    stranger = new_page()
    stranger.goto(link[0])
    way = stranger.locator("parley-talk").get_by_role("link", name=lina.deal("deal.signIn"))
    expect(way).to_have_attribute("href", f"/sign-in?next=%2Fconversations%2F{conversation}")
