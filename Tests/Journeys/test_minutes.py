"""Chats by the minute, both sides in browsers of their own: what they see while the clock runs, and what it comes to."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import village
from line import Line
from people import Administrator, Reader
from program import Program
from test_accessibility import violations
from test_paid import Customer, lets_seconds_pass
from words import Words

TALK = Words("en", "talk")
# Less than the ten seconds after which a silent browser counts as gone, together with the time between two of its heartbeats.
STEP_SECONDS = 5
BEAT_MILLISECONDS = 4_200


def clock(reader: Reader) -> Locator:
    return reader.root.locator(".minutes")


def presses(reader: Reader, deed: str) -> None:
    reader.looks()
    clock(reader).get_by_role("button", name=TALK(f"minutes.{deed}"), exact=True).click()


def both_read(readers: tuple[Reader, ...], line: str, **values: str) -> None:
    for reader in readers:
        expect(reader.log.get_by_text(TALK.like(f"minutes.{line}", **values)).last).to_be_visible()


def sets_price_of_a_minute(administrator: Administrator, credits: str) -> None:
    administrator.goes_to("/admin/terms")
    administrator.page.get_by_role("link", name="Kite Counsel").click()
    deals = Words("en", "deals")
    administrator.page.get_by_label(deals("terms.minutePrice")).fill(credits)
    administrator.presses(administrator.pages("form.save"))
    expect(administrator.page.get_by_role("status")).to_contain_text(deals("terms.done"))


@pytest.mark.broken_line
def test_drop_and_empty_wallet(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """C2b, C6, C7, C8, C11, C12, C17, C19, X2, P17: agreed to, talked, cut off and back unbilled, and over when the credit is, to the second; disputed and rated."""
    sets_price_of_a_minute(administrator, "3")
    emil = new_agent(village.EMIL)
    lina = Customer(new_page(phone=True), parley, village.LINA)
    line = Line(lina.page)
    lina.begins_with(village.EMIL)
    people = (lina, emil)
    expect(clock(lina)).to_contain_text(re.compile(r"3 credits\u2069? a minute"))
    expect(clock(lina)).to_contain_text(TALK.like("minutes.lasts", count="1"))
    found = violations(lina.page, "a thread that can be paid by the minute")
    presses(lina, "start")
    expect(clock(lina)).to_contain_text(TALK.like("minutes.offered", name="Emil"))
    emil.opens("Lina Okafor")
    found += violations(emil.page, "a request for a chat by the minute")
    presses(emil, "accept")
    both_read(people, "lineBilling")
    both_read(people, "lineLow")
    lina.writes("May I sublet?")
    emil.sees("May I sublet?")
    expect(clock(emil)).to_contain_text(TALK("minutes.running"))
    runs_for_a_while(emil)
    found += violations(lina.page, "a clock that runs") + violations(emil.page, "a clock that runs, at the desk")

    line.cut()
    both_read((emil,), "pausedConnection")
    line.mend()
    both_read(people, "lineResumed")

    hand = new_page()
    over = emil.log.get_by_text(TALK.like("minutes.lineBill", why=TALK("minutes.endFunds"), time="1:00", amount="3 credits"))
    for _ in range(60 // STEP_SECONDS):
        lets_seconds_pass(hand, parley, STEP_SECONDS)
        hand.wait_for_timeout(BEAT_MILLISECONDS)
        if over.count() > 0:
            break
    expect(over).to_be_visible()
    both_read((lina,), "lineBill", why=TALK("minutes.endFunds"), time="1:00", amount="3 credits")
    lina.has(0)
    expect(clock(lina)).to_contain_text(TALK("minutes.short"))

    lina.looks()
    clock(lina).get_by_role("link", name=TALK("minutes.bill")).click()
    bill = Words("en", "deals")
    expect(lina.page.get_by_role("heading", level=1)).to_have_text(bill("minutes.title"))
    expect(lina.page.get_by_text(bill("minutes.agrees"))).to_be_visible()
    # On a busy machine a browser may be silent for too long once more.
    expect(lina.page.get_by_role("row").filter(has_text=bill("minutes.because.weak")).first).to_be_visible()
    found += violations(lina.page, "the bill of a chat by the minute")

    # Not worth it, she thinks: an administrator will look at the whole chat.
    lina.page.get_by_label(bill("dispute.reason")).fill("The clock ran while he was away")
    lina.page.get_by_role("button", name=bill("dispute.send")).click()
    expect(lina.page.get_by_text(bill("dispute.open"))).to_be_visible()
    found += violations(lina.page, "the bill of a chat that is disputed")
    lina.page.get_by_role("link", name=bill("after.thread")).click()
    rating = clock(lina).locator(".rating")
    expect(rating).to_contain_text(TALK("thanks.questionMinutes"))
    rating.get_by_role("radio", name=TALK.like("thanks.stars", count="2")).check(force=True)
    rating.get_by_role("button", name=TALK("thanks.rate")).click()
    expect(emil.log.locator(".line .rated")).to_contain_text("★★☆☆☆")
    # On a low screen what stands above where one writes scrolls, and that stays in sight.
    lina.page.set_viewport_size({"width": 390, "height": 600})
    expect(lina.composer).to_be_in_viewport(ratio=1)
    found += violations(lina.page, "a chat by the minute that was rated") + violations(emil.page, "a rated chat by the minute in the console")
    assert found == []


def runs_for_a_while(reader: Reader) -> None:
    """So long that each browser was heard more than once."""
    expect(clock(reader).get_by_role("timer")).to_have_text(re.compile(r"^0:(0[6-9]|[1-5]\d)$"))


def reads_end(reader: Reader, why: str) -> None:
    reader.looks()
    expect(reader.log.get_by_text(TALK.like("minutes.lineBill", why=TALK(f"minutes.{why}"))).last).to_be_visible()


@pytest.mark.broken_line
def test_break_and_killed_browser(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """C10, C12, C17: a break of the expert ends the chat at once, and both read why; in the next one the expert's browser is killed: the clock
    stands still, unbilled, goes on in a new browser, and the bill says so."""
    emil = new_agent(village.EMIL)
    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    presses(lina, "start")
    emil.opens("Lina Okafor")
    presses(emil, "accept")
    both_read((lina, emil), "lineBilling")
    lina.writes("May I paint the door?")
    emil.sees("May I paint the door?")
    runs_for_a_while(emil)
    presses(emil, "rest")
    for reader in (lina, emil):
        reads_end(reader, "endRest")
    expect(clock(lina).get_by_role("timer")).to_be_hidden()
    emil.looks()
    emil.sets_status("offline")
    expect(clock(lina)).to_contain_text(TALK.like("minutes.away", name="Emil"))
    expect(clock(lina).get_by_role("button", name=TALK("minutes.start"), exact=True)).to_be_hidden()

    emil.sets_status("online")
    presses(lina, "start")
    presses(emil, "accept")
    expect(lina.log.get_by_text(TALK("minutes.lineBilling"))).to_have_count(2)
    emil.writes("Any colour, if you paint it back.")
    lina.sees("Any colour, if you paint it back.")
    runs_for_a_while(lina)
    emil.page.close()
    both_read((lina,), "pausedConnection")
    expect(clock(lina)).to_contain_text(TALK("minutes.weak"))
    found = violations(lina.page, "a clock that stands still")
    spent = clock(lina).get_by_text(TALK.like("minutes.spent")).inner_text()
    lina.page.wait_for_timeout(BEAT_MILLISECONDS)
    expect(clock(lina).get_by_text(TALK.like("minutes.spent"))).to_have_text(spent)
    again = new_agent(village.EMIL)
    again.opens("Lina Okafor")
    both_read((lina, again), "lineResumed")
    lina.writes("Blue, then.")
    again.sees("Blue, then.")
    presses(lina, "end")
    for reader in (lina, again):
        reads_end(reader, "endCustomer")

    clock(lina).get_by_role("link", name=TALK("minutes.bill")).click()
    bill = Words("en", "deals")
    expect(lina.page.get_by_role("heading", level=1)).to_have_text(bill("minutes.title"))
    expect(lina.page.get_by_text(bill("minutes.agrees"))).to_be_visible()
    expect(lina.page.get_by_role("row").filter(has_text=bill("minutes.because.weak")).first).to_be_visible()
    expect(lina.page.get_by_role("row").filter(has_text=bill("minutes.because.charged"))).not_to_have_count(0)
    found += violations(lina.page, "the bill of a chat that stood still")
    assert found == []
