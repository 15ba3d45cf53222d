"""What a customer leaves for an expert who is not there: accepted, declined, and taken to the telephone and back. Both sides in browsers."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

import village
from people import Administrator
from program import Program
from test_accessibility import violations
from test_paid import Customer, due
from test_texts import NUMBER, WORDS, answers, newest
from words import Words

TALK, CONSOLE, DEALS = Words("en", "talk"), Words("en", "console"), Words("en", "deals")
SITE = "Kite Counsel"


def sets_prices(administrator: Administrator, offline: str, sms: str = "") -> None:
    administrator.goes_to("/admin/terms")
    administrator.page.get_by_role("link", name=SITE).click()
    administrator.page.get_by_label(DEALS("terms.offlinePrice")).fill(offline)
    administrator.page.get_by_label(DEALS("terms.smsPrice")).fill(sms)
    administrator.presses(administrator.pages("form.save"))
    expect(administrator.page.get_by_role("status")).to_contain_text(DEALS("terms.done"))


def test_declined_and_accepted(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """C13, C15, C16: what Lina leaves for Emil he declines, and her credit comes back; the next one he accepts and answers, and is paid."""
    sets_prices(administrator, "1")
    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    lina.reads("leave", name="Emil", time="24 hours")
    found = violations(lina.page, "a thread whose expert is not there")
    lina.writes("Will it rain on Sunday?")
    lina.has(2)
    emil = new_agent(village.EMIL)
    emil.opens("Lina Okafor")
    expect(due(emil)).to_contain_text(CONSOLE.like("due.leftForYou", count="1"))
    found += violations(emil.page, "a message that was left")
    due(emil).get_by_role("button", name=CONSOLE("due.decline"), exact=True).click()
    lina.reads_line("declined")
    lina.has(3)

    emil.page.close()
    expect(lina.root.get_by_text(TALK.like("deal.costLeft", amount="1 credit"))).to_be_visible(timeout=30_000)
    lina.writes("And on Monday?")
    lina.has(2)
    again = new_agent(village.EMIL)
    again.opens("Lina Okafor")
    due(again).get_by_role("button", name=CONSOLE("due.accept"), exact=True).click()
    lina.reads_line("accepted")
    again.writes("No, but bring a coat.")
    lina.sees("No, but bring a coat.")
    lina.has(2)
    assert found == []


def switches(administrator: Administrator, feature: str, on: bool) -> None:
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name=SITE).click()
    box = administrator.page.get_by_role("checkbox", name=re.compile("^" + re.escape(administrator.sites(f"features.name.{feature}"))))
    box.set_checked(on)
    administrator.presses(administrator.sites("features.save"))
    expect(administrator.page.get_by_text(administrator.sites("done.featuresSaved"))).to_be_visible()


def test_switched_off(new_page: Callable[..., Page], administrator: Administrator, parley: Program) -> None:
    """C20c, A27, C13: where a website takes no offline messages nobody is there for them, and where it sells no questions the thread says so before
    anybody types, names no price, and keeps what is typed."""
    sets_prices(administrator, "1")
    switches(administrator, "offlineMessages", False)
    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    lina.reads("offline", name="Emil")
    expect(lina.root.locator(".head")).to_contain_text(TALK("expert.offline"))
    expect(lina.root.locator(".head")).not_to_contain_text(TALK("expert.offlineMessage"))
    expect(lina.root.locator(".cost")).to_contain_text(TALK.like("deal.cost", amount="1 credit"))

    switches(administrator, "paidQuestions", False)
    lina.looks()
    lina.reads("unsold")
    expect(lina.root.locator(".cost")).to_have_text("")
    found = violations(lina.page, "a thread where no questions are sold")
    lina.composer.fill("Will it rain?")
    lina.composer.press("Enter")
    expect(lina.bar.get_by_role("alert")).to_have_text(TALK("deal.unsold"))
    expect(lina.composer).to_have_value("Will it rain?")

    switches(administrator, "paidQuestions", True)
    switches(administrator, "offlineMessages", True)
    lina.looks()
    lina.reads("leave", name="Emil", time="24 hours")
    lina.composer.press("Enter")
    expect(lina.composer).to_have_value("")
    lina.has(2)
    assert found == []


def test_to_the_telephone_and_back(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """C14: Emil, who is not there, gets Lina's urgent message as an SMS; what he answers by SMS lands in the thread, and no number is shown."""
    sets_prices(administrator, "1", "2")
    page, phone = new_page(), new_page()
    page.goto(parley.url(village.EMIL.host, village.sign_in_path(village.EMIL)))
    page.goto(parley.url(village.EMIL.host, "/profile/phone"))
    page.get_by_label(WORDS("phone.ask.label")).fill(NUMBER)
    page.get_by_role("button", name=WORDS("phone.ask.send")).click()
    code = re.search(r"\d{6}", newest(phone, parley, "is your code"))
    assert code
    page.get_by_label(WORDS("phone.waiting.code")).fill(code[0])
    page.get_by_role("button", name=WORDS("phone.waiting.prove")).click()
    expect(page.get_by_role("heading", name=WORDS.like("phone.number", digits="78"))).to_be_visible()
    page.close()

    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    lina.looks()
    lina.root.get_by_role("checkbox", name=TALK.like("deal.sms", name="Emil", amount="2 credits")).check()
    expect(lina.root.get_by_text(TALK.like("deal.costSms", amount="2 credits"))).to_be_visible()
    found = violations(lina.page, "a message to a telephone")
    lina.writes("The landlord is at the door!")
    lina.has(1)
    expect(lina.root.get_by_role("checkbox")).not_to_be_checked()
    text = newest(phone, parley, "landlord")
    assert "Lina" in text and SITE in text and NUMBER not in text
    answers(phone, "Do not open. I call you at noon.")
    lina.sees("Do not open. I call you at noon.")
    expect(lina.message("Do not open. I call you at noon.")).to_contain_text(TALK("deal.bySms"))
    lina.has(1)
    found += violations(lina.page, "an answer by SMS")
    assert "612345678" not in lina.page.content().replace(" ", "")
    emil = new_agent(village.EMIL)
    emil.opens("Lina Okafor")
    emil.sees("Do not open. I call you at noon.")
    expect(emil.message("Do not open. I call you at noon.")).to_contain_text(CONSOLE("line.bySms"))
    assert found == []
