"""Goals of a website: what a visit is hoped to reach."""

from collections.abc import Callable

import pytest
from people import Administrator, Agent, Manager, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import SCHEMES, violations

import village
from program import Program
from words import Words

FIGURES = Words("en", "insights")
CONSOLE = Words("en", "console")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_goal_is_reached(
    new_visitor: Callable[..., Visitor],
    new_agent: Callable[..., Agent],
    new_page: Callable[..., Page],
    parley: Program,
    scheme: str,
) -> None:
    """E62: an administrator names a page, a visitor opens it, the team reads it in their story, and it counts among the conversions, once."""
    administrator = Administrator(new_page(color_scheme=scheme), parley, village.ADMINISTRATOR)
    administrator.sign_in()
    page, sites = administrator.page, administrator.sites
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=village.HARBOUR.name).click()
    page.get_by_role("link", name=sites("goals.title"), exact=True).click()
    expect(page.get_by_text(sites("goals.none"))).to_be_visible()
    assert violations(page, "no goals") == []
    page.get_by_label(sites("goals.name")).fill("Asked for prices")
    page.get_by_label(sites("goals.pattern")).fill(village.PRICES.path)
    administrator.presses(sites("goals.add"))
    expect(page.get_by_role("status")).to_have_text(administrator.pages("form.saved"))
    page.get_by_text("Asked for prices").first.click()
    assert violations(page, "a goal") == []

    clara, ada = new_agent(village.CLARA), new_visitor()
    ada.begins()
    ada.writes("What is it for fifty pages?")
    ada.follows_link(village.PRICES)
    clara.joins("Ada Moreau")
    story = clara.page.locator(".visitor-facts .timeline li").filter(has_text=CONSOLE("action.goal"))
    expect(story).to_contain_text("Asked for prices", timeout=30_000)

    mona = Manager(new_page(color_scheme=scheme), parley, village.MANAGER)
    mona.sign_in()
    mona.page.get_by_role("link", name=mona.words("rail.figures")).click()
    shown = int(mona.page.locator("#value-conversions").inner_text())
    assert shown >= 1
    mona.page.locator("#figure-conversions").locator("..").get_by_role("link").click()
    expect(mona.page.locator("tbody tr")).to_have_count(shown)
    expect(mona.page.locator("tbody tr").filter(has_text="Ada Moreau")).to_have_count(1)
    assert violations(mona.page, "the list behind conversions") == []
