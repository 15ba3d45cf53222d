"""The live page: everybody who is on the websites of a team now, with or without a chat."""

import pytest
from playwright.sync_api import Locator, Page, expect
from test_accessibility import SCHEMES, violations
from test_sizes import nothing_sticks_out

import village
from people import Agent, Console

# A page that nobody opened a widget on hears of a chat with its next beat.
BEAT_MILLISECONDS = 25_000


def opens_live_page(agent: Console) -> None:
    agent.page.get_by_role("link", name=agent.words("rail.visitors"), exact=True).click()
    expect(agent.page.get_by_role("heading", name=agent.words("visitors.title"), level=1)).to_be_visible()
    expect(agent.page.locator("parley-visitors")).not_to_have_attribute("aria-busy", "true")


def present(agent: Console) -> Locator:
    return agent.page.locator("parley-visitors .present > li")


def one(agent: Console, text: str) -> Locator:
    return present(agent).filter(has_text=text)


def presses(agent: Console, place: Locator, key: str) -> None:
    name = agent.words("visitor.unnamed")
    place.get_by_role("button", name=agent.words.like(key, name=name)).click()


def sidebar(page: Page) -> Locator:
    return page.locator("parley-sidebar")


def test_live_page(new_visitor, new_agent) -> None:
    """E52, E22f: somebody opens a page and stands there within a moment, with the brand; the page follows them, tells their story, and an agent
    writes first."""
    clara = new_agent()
    opens_live_page(clara)
    expect(clara.page.get_by_text(clara.words("visitors.noneTitle"))).to_be_visible()
    assert violations(clara.page, "an empty live page") == []
    ada = new_visitor()
    ada.visits()
    clara.looks()
    row = one(clara, village.HARBOUR.name)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(clara.words("visitors.new"))
    ada.looks()
    ada.follows_link(village.PRICES)
    clara.looks()
    expect(row.locator(".at")).to_have_text(village.PRICES.title)
    before = row.locator("time").inner_text()
    expect(row.locator("time")).not_to_have_text(before)

    row.get_by_role("button").first.click()
    expect(sidebar(clara.page).locator(".timeline li")).to_have_count(2)
    assert violations(clara.page, "the story of a visitor") == []
    clara.page.keyboard.press("Escape")
    expect(sidebar(clara.page)).to_have_count(0)
    expect(row.get_by_role("button").first).to_be_focused()

    presses(clara, row, "visitors.startWith")
    dialog = clara.page.get_by_role("dialog")
    assert violations(clara.page, "the first message") == []
    dialog.get_by_role("textbox").fill("May I help you?")
    dialog.get_by_role("button", name=clara.words("begin.start")).click()
    clara.sees("May I help you?")
    ada.looks()
    expect(ada.launcher).to_have_attribute("data-unread", "1", timeout=BEAT_MILLISECONDS)
    ada.opens_widget()
    ada.sees("May I help you?")
    clara.looks()
    opens_live_page(clara)
    expect(row).to_contain_text(clara.words("visitors.inChat"))
    presses(clara, row, "visitors.openWith")
    clara.sees("May I help you?")


def test_many_websites(new_visitor, new_agent, parley, new_page) -> None:
    """E52, X7, E90b: all websites stand on one page with the brand on every row; a manager sees them all and writes to nobody."""
    page = new_page()
    mona = Console(page, parley, village.MANAGER)
    mona.sign_in()
    opens_live_page(mona)
    for website in (village.HARBOUR, village.LANTERN, village.QUILL):
        visitor = new_visitor(website)
        visitor.visits()
        mona.looks()
        expect(one(mona, website.name)).to_have_count(1)
    expect(present(mona)).to_have_count(3)
    expect(page.locator("parley-visitors .act:visible")).to_have_count(0)
    page.get_by_role("combobox", name=mona.words("visitors.site")).select_option(label=village.LANTERN.name)
    expect(present(mona)).to_have_count(1)
    page.get_by_role("combobox", name=mona.words("visitors.site")).select_option(label=mona.words("visitors.allSites"))
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    page.get_by_role("searchbox", name=mona.words("visitors.search")).fill("quill")
    expect(present(mona)).to_have_count(1)
    page.keyboard.type(" nothing")
    expect(page.get_by_text(mona.words("visitors.noMatch"))).to_be_visible()
    page.get_by_role("searchbox", name=mona.words("visitors.search")).fill("")
    page.get_by_role("button", name=mona.words("visitors.grid")).click()
    page.reload()
    expect(page.get_by_role("button", name=mona.words("visitors.grid"))).to_have_attribute("aria-pressed", "true")
    expect(present(mona)).to_have_count(3)
    elif_ = new_agent(village.ELIF)
    opens_live_page(elif_)
    expect(present(elif_)).to_have_count(2)


def test_by_keys(new_visitor, new_agent) -> None:
    """E52: one stop for the Tab key, arrows from one to the next, Enter tells the story, and the palette leads there."""
    clara = new_agent()
    clara.page.keyboard.press("ControlOrMeta+k")
    clara.page.get_by_role("combobox", name=clara.words("palette.title")).fill(clara.words("rail.visitors"))
    clara.page.keyboard.press("Enter")
    for page in (village.HOME, village.PRICES):
        new_visitor().visits(page)
    clara.looks()
    expect(present(clara)).to_have_count(2)
    clara.page.keyboard.press("j")
    expect(one(clara, village.PRICES.title).get_by_role("button").first).to_be_focused()
    clara.page.keyboard.press("ArrowDown")
    last = present(clara).last.get_by_role("button").first
    expect(last).to_be_focused()
    expect(clara.page.locator("parley-visitors .about[tabindex='0']")).to_have_count(1)
    clara.page.keyboard.press("Enter")
    expect(sidebar(clara.page)).to_be_visible()
    expect(last).to_have_attribute("aria-pressed", "true")
    clara.page.locator("parley-rail").get_by_title(clara.words("rail.chats"), exact=True).click()
    expect(sidebar(clara.page)).to_have_count(0)
    clara.sees_lists()
    clara.page.go_back()
    expect(present(clara)).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_telephone(new_visitor, new_agent, language) -> None:
    """E52, E71b: the bottom navigation leads there, nothing sticks out, what is aimed at is large enough, and the story fills the screen."""
    clara = new_agent(phone=True, language=language)
    opens_live_page(clara)
    visitor = new_visitor()
    visitor.visits()
    clara.looks()
    expect(present(clara)).to_have_count(1)
    expect(clara.page.get_by_role("link", name=clara.words("rail.visitors"))).to_have_attribute("aria-current", "page")
    for layout in ("grid", "list"):
        clara.page.get_by_role("button", name=clara.words(f"visitors.{layout}")).click()
        nothing_sticks_out(clara.page)
        assert violations(clara.page, f"the live page on a telephone, {layout}") == []
        for button in clara.page.locator("parley-visitors button:visible").all():
            size = button.bounding_box()
            assert size and size["height"] >= 44 and size["width"] >= 44, button
    present(clara).get_by_role("button").first.click()
    expect(sidebar(clara.page).locator(".timeline li")).to_have_count(1)
    clara.page.get_by_role("button", name=clara.words("panel.close")).click()
    expect(sidebar(clara.page)).to_have_count(0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_accessible(new_visitor, new_agent, new_crowd, scheme) -> None:
    """X10, E52: axe finds nothing in either layout, with visitors who wait and others who only look."""
    clara: Agent = new_agent(color_scheme=scheme)
    new_crowd(["Ada", "Ben"])
    new_visitor().visits()
    opens_live_page(clara)
    expect(present(clara)).to_have_count(3)
    for layout in ("list", "grid"):
        clara.page.get_by_role("button", name=clara.words(f"visitors.{layout}")).click()
        assert violations(clara.page, f"the live page, {layout}") == []
