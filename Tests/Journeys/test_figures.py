"""What happened today, as figures that open."""

import re
from collections.abc import Callable

from people import Agent, Manager, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations

import village
from program import Program
from words import Words

FIGURES = Words("en", "insights")


def test_figures(
    new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program
) -> None:
    """E60, E61, E62, E63, E64, E71b, X9: a chat is had, the manager reads it in cards, tables and the hours, and each number opens the rows behind it."""
    clara, ada = new_agent(village.CLARA), new_visitor()
    ada.begins()
    ada.writes("Do you read theses?")
    clara.joins("Ada Moreau")
    clara.writes("Yes, we do.")
    ada.sees("Yes, we do.")
    mona = Manager(new_page(), parley, village.MANAGER)
    mona.sign_in()
    page = mona.page
    page.get_by_role("link", name=mona.words("rail.figures")).click()
    expect(page.get_by_role("heading", name=FIGURES("title"), exact=True)).to_be_visible()

    def card(figure: str) -> str:
        return page.locator(f"#value-{figure}").inner_text()

    shown = {figure: card(figure) for figure in ("visitors", "chats", "messages", "conversions")}
    assert int(shown["chats"]) >= 1 and int(shown["messages"]) >= 2
    expect(page.locator("#value-answers")).to_have_text(re.compile(r"\d+ s|\d+ min"))
    expect(page.get_by_role("row").filter(has_text=village.HARBOUR.name).first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Clara").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("30 days"))).to_be_visible()
    expect(page.locator(".heat td[data-level='4']").first).to_be_visible()
    assert violations(page, "figures") == []
    for figure in ("chats", "messages", "visitors"):
        page.locator(f"#figure-{figure}").locator("..").get_by_role("link").click()
        expect(page.get_by_role("heading", name=FIGURES(f"figure.{figure}"), exact=True)).to_be_visible()
        assert page.locator("tbody tr").count() == int(shown[figure]), figure
        assert violations(page, f"the list behind {figure}") == []
        page.get_by_role("link", name=FIGURES("title")).click()
    page.locator("#figure-chats").locator("..").get_by_role("link").click()
    page.get_by_role("link", name="Ada Moreau").first.click()
    mona.sees("Yes, we do.")

    clara.page.goto(parley.url(village.CLARA.host, "/console/today"))
    expect(clara.page.locator("#value-joined")).to_have_text(re.compile("^[1-9]"))
    expect(clara.page.locator(".heat")).to_have_count(0)
    assert violations(clara.page, "one's own figures") == []
