"""By what an expert can be reached: chosen on a page, reported by another system, told live to customers, and explained."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import village
from people import Administrator
from program import Program
from test_accessibility import SCHEMES, violations
from test_paid import Customer, lets_minutes_pass
from words import Words

TALK = Words("en", "talk")
WORDS = Words("en", "conversations")


def reaches(lina: Customer, reach: str) -> None:
    """What is possible now stands in the head of the thread, without a reload."""
    expect(lina.root.locator(".head")).to_contain_text(TALK(f"expert.{reach}"))


def chooses(desk: Page, preset: str) -> None:
    section = desk.locator("#choose")
    section.get_by_role("radio", name=re.compile("^" + re.escape(WORDS(f"availability.preset.{preset}")) + r"\s")).check()
    section.get_by_role("button").click()
    expect(desk.get_by_role("status")).to_have_text("Saved.")
    # What is asked for when somebody comes back is what was chosen.
    desk.reload()
    expect(section.locator(f"input[value={preset}]")).to_be_checked()


def makes_token(administrator: Administrator) -> str:
    administrator.goes_to("/profile/tokens")
    page = administrator.page
    page.get_by_label("Name").fill("Telephone")
    page.get_by_label("chats.read").uncheck()
    page.get_by_label("availability.write").check()
    page.get_by_label("30 days").check()
    page.get_by_role("button", name="Make the token").click()
    return page.locator("#token").inner_text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_availability(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program, scheme: str
) -> None:
    """C3, C4, A34: a choice stays and is told at once; a report makes busy until it ends, and a page says why."""
    emil = new_agent(village.EMIL, color_scheme=scheme)
    lina = Customer(new_page(phone=True, color_scheme=scheme), parley, village.LINA)
    lina.begins_with(village.EMIL)
    reaches(lina, "chat")
    desk = emil.page.context.new_page()
    desk.goto(parley.url(village.EMIL.host, "/availability"))
    found = violations(desk, "one's own availability")
    chooses(desk, "offlineMessageOnly")
    reaches(lina, "offlineMessage")
    chooses(desk, "unavailable")
    reaches(lina, "unavailable")
    lina.composer.fill("Are you there?")
    lina.composer.press("Enter")
    expect(lina.bar.get_by_role("alert")).to_have_text(Words("en", "refusal").like("expertUnavailable"))
    chooses(desk, "chatOnly")
    reaches(lina, "chat")

    token = makes_token(administrator)
    visitor = new_page(color_scheme=scheme)
    visitor.goto(parley.url(village.FRONT, "/experts?now=online"))
    found += violations(visitor, "experts who are there")
    link = visitor.get_by_role("link", name=village.EMIL.pseudonym).get_attribute("href") or ""
    account = link.rsplit("/", 1)[1]
    said = visitor.request.put(
        parley.url(village.FRONT, f"/api/v1/availability/{account}/reports/telephone"),
        headers={"Authorization": f"Bearer {token}"},
        data={"state": "busy"},
    )
    assert said.status == 200, said.text()
    reaches(lina, "busy")
    desk.goto(parley.url(village.EMIL.host, "/availability"))
    why = desk.get_by_role("row").filter(has_text=WORDS.like("availability.input.reportOf", source="telephone"))
    expect(why).to_contain_text(WORDS("availability.says.busy"))
    expect(desk.get_by_text(WORDS("availability.reach.busy"))).to_be_visible()
    found += violations(desk, "busy by a report")
    administrator.page.goto(parley.url(village.ADMINISTRATOR.host, f"/availability/{account}"))
    expect(administrator.page.get_by_role("heading", level=1)).to_contain_text("Emil")
    found += violations(administrator.page, "somebody else's availability")

    lets_minutes_pass(new_page(), parley, 16)
    reaches(lina, "chat")
    desk.reload()
    expect(why).to_contain_text(WORDS("availability.effect.ended"))
    visitor.goto(parley.url(village.FRONT, "/experts?now=offline"))
    expect(visitor.get_by_role("link", name=village.EMIL.pseudonym)).to_have_count(0)
    visitor.goto(parley.url(village.FRONT, link))
    expect(visitor.get_by_text(re.compile("Available for a chat"))).to_be_visible()
    assert found == []
