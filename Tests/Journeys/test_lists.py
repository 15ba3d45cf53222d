import re

import pytest
from archive import give_past
from playwright.sync_api import Page, expect
from test_accessibility import violations
from test_figures import cells, downloaded, lines
from test_sizes import nothing_sticks_out

import village

IN_BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)


@IN_BOTH
def test_archive(parley, new_agent) -> None:
    """E25, E80a, E81: scrolling leads back to the oldest of 170 closed chats, with few rows in the page; it opens, and a reload finds it."""
    give_past(parley, village.HARBOUR, 170)
    clara = new_agent()
    clara.sees_row("Guest 170", "closed")
    scroll = clara.page.locator("parley-list .scroll")
    most = 0
    for _ in range(60):
        most = max(most, clara.rows.count())
        if exact(clara.page, "Guest 1").count():
            break
        scroll.evaluate("element => element.scrollTop += 900")
        clara.page.wait_for_timeout(120)
    oldest = exact(clara.page, "Guest 1")
    expect(oldest).to_be_visible()
    assert 20 < most < 80, f"{most} rows were in the page"
    oldest.click()
    expect(clara.root.get_by_role("heading", name="Guest 1")).to_be_visible()
    expect(clara.root.get_by_text("Question 1 about tides")).to_be_visible()
    clara.page.reload()
    expect(clara.root.get_by_text("Question 1 about tides")).to_be_visible()


def exact(page: Page, name: str):
    return page.locator("parley-list section[data-state=closed] a.row").filter(has=page.get_by_text(name, exact=True))


def test_keys_through_the_archive(parley, new_agent) -> None:
    """E22b, E81: End and j lead to rows that were not in the page, and what has the focus stays there while one scrolls away."""
    give_past(parley, village.HARBOUR, 170)
    clara = new_agent()
    clara.sees_row("Guest 170", "closed")
    clara.page.keyboard.press("j")
    clara.page.keyboard.press("End")
    focused = clara.page.locator("parley-list a.row:focus")
    expect(focused).to_be_in_viewport(ratio=0.9)
    before = focused.inner_text()

    def goes_on() -> bool:
        """Older rows are on their way while one presses."""
        clara.page.keyboard.press("j")
        return focused.inner_text() != before

    clara.waits_until(goes_on, lambda: f"the focus is still at {before}")
    for _ in range(20):
        clara.page.keyboard.press("j")
    expect(focused).to_be_in_viewport(ratio=0.9)
    here = focused.inner_text()
    clara.page.locator("parley-list .scroll").evaluate("element => element.scrollTop = 0")
    clara.page.wait_for_timeout(200)
    assert focused.inner_text() == here
    clara.page.keyboard.press("Home")
    expect(focused).to_be_in_viewport(ratio=0.9)


@IN_BOTH
def test_filters(parley, new_agent, new_visitor) -> None:
    """E26a, E26b, E26c, E58b, E58c, E58d, E58e: lists show what the filter asks for, live; the address keeps it, a reload too."""
    give_past(parley, village.LANTERN, 5)
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Can you help?")
    clara.sees_row("Ada Moreau", "waiting")
    clara.sees_row("Guest 5", "closed")
    press(clara, "filter.waiting")
    expect(clara.row("Guest 5")).to_have_count(0)
    clara.sees_row("Ada Moreau", "waiting")
    press(clara, "filter.waiting")
    press(clara, "filter.mine")
    expect(clara.row("Ada Moreau")).to_have_count(0)
    press(clara, "filter.mine")
    clara.joins("Ada Moreau")
    press(clara, "filter.mine")
    clara.sees_row("Ada Moreau", "active")
    expect(clara.row("Guest 5")).to_have_count(0)
    assert "agent=mine" in clara.page.url
    clara.page.reload()
    clara.sees_row("Ada Moreau", "active")
    expect(clara.row("Guest 5")).to_have_count(0)
    ada.writes("Are you there?")
    expect(clara.row("Ada Moreau", "active")).to_contain_text("Are you there?")

    clara.page.keyboard.press("Escape")
    clara.page.keyboard.press("f")
    dialog = clara.page.get_by_role("dialog", name=clara.words("filter.title"))
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox", name="Lantern Books").check()
    choose(dialog, clara.words("filter.agent"), clara.words("filter.anyAgent"))
    choose(dialog, clara.words("filter.status"), clara.words("filter.closed"))
    choose(dialog, clara.words("filter.date"), clara.words("filter.week"))
    choose(dialog, clara.words("filter.lead"), clara.words("filter.filled"))
    expect(dialog.get_by_role("combobox", name=clara.words("filter.agent")).locator("option")).to_contain_text(["Bruno"])
    dialog.get_by_role("button", name=clara.words("filter.show")).click()
    clara.sees_row("Guest 5", "closed")
    expect(clara.row("Ada Moreau")).to_have_count(0)
    clara.page.locator("parley-list").get_by_role("button", name=clara.words("filter.clear")).click()
    clara.sees_row("Ada Moreau", "active")
    assert "?" not in clara.page.url


@IN_BOTH
def test_search(parley, new_agent, new_visitor) -> None:
    """E57a, E57b, E57c: what was said and who said it is found while one types, with the words around it, and opens with a click or a key."""
    give_past(parley, village.HARBOUR, 60)
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you cover marine biology?")
    clara.sees_row("Ada Moreau", "waiting")
    clara.looks()
    clara.page.keyboard.press("/")
    box = clara.page.get_by_role("searchbox", name=clara.words("search.label"))
    expect(box).to_be_focused()
    box.press_sequentially("marine", delay=30)
    found = clara.page.locator("parley-list .found a")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Do you cover marine biology?")
    expect(found.locator("mark")).to_have_text("marine")
    expect(found).to_contain_text("Harbour Essays")
    box.fill("guest7@exa")
    expect(found.first).to_contain_text("Guest 7")
    box.press("ArrowDown")
    expect(found.first).to_be_focused()
    clara.page.keyboard.press("Enter")
    expect(clara.root.get_by_text("Question 7 about tides")).to_be_visible()
    box.fill("nobody wrote this")
    expect(clara.page.get_by_text(clara.words("search.nothing"))).to_be_visible()
    box.press("Escape")
    clara.sees_row("Ada Moreau", "waiting")


def test_files(parley, new_agent) -> None:
    """E59a, E59b: what the lists show comes as a file with one click, for Excel and as CSV."""
    give_past(parley, village.HARBOUR, 3)
    clara = new_agent()
    clara.sees_row("Guest 3", "closed")
    for name, ending, start in (("filter.chatsExcel", "xlsx", b"PK"), ("filter.messagesText", "csv", b"Conversation,")):
        clara.page.get_by_role("button", name=clara.words("filter.export")).click()
        with clara.page.expect_download() as download:
            clara.page.get_by_role("link", name=clara.words(name)).click()
        assert re.search(rf"-\d{{4}}-\d\d-\d\d\.{ending}$", download.value.suggested_filename)
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        assert ending != "csv" or b"Question 3 about tides" in content


def test_files_of_odd_words(new_visitor, new_agent) -> None:
    """E59b, P10: whatever a visitor wrote, of several lines or of signs that a file cannot hold, stands in one cell of a file that can be opened."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    odd = ["One\n=1+1", "Two\n\"and\", three", "a\x01b\x0bc", "end \uffff \ufffe of it", "_x0041_ is no letter"]
    for text in odd:
        ada.writes(text)
    clara.joins("Ada Moreau")
    expect(clara.bubbles.filter(has_text="is no letter")).to_be_visible()
    clara.page.get_by_role("button", name=clara.words("filter.export")).click()
    rows = [row for row in lines(downloaded(clara.page, clara.words("filter.messagesText"))) if "Ada Moreau" in row]
    assert [row[-1] for row in rows] == odd
    clara.page.get_by_role("button", name=clara.words("filter.export")).click()
    sheet = cells(downloaded(clara.page, clara.words("filter.messagesExcel")))[0]
    escaped = [*odd[:2], "a_x0001_b_x000B_c", "end \ufffd \ufffd of it", "_x005F_x0041_ is no letter"]
    assert [row[-1] for row in sheet if "Ada Moreau" in row] == escaped


def test_saved_views(parley, new_agent) -> None:
    """E58a: a filter is saved under a name, is there in every browser of that account, opens with one choice, and goes again."""
    give_past(parley, village.HARBOUR, 3)
    clara = new_agent()
    clara.sees_row("Guest 3", "closed")
    clara.page.keyboard.press("f")
    dialog = clara.page.get_by_role("dialog", name=clara.words("filter.title"))
    choose(dialog, clara.words("filter.status"), clara.words("filter.closed"))
    dialog.get_by_role("textbox", name=clara.words("filter.viewName")).fill("The archive")
    dialog.get_by_role("button", name=clara.words("filter.saveView")).click()
    expect(dialog.get_by_text(clara.words("filter.viewSaved"))).to_be_visible()
    clara.page.keyboard.press("Escape")
    other = new_agent()
    views = other.page.get_by_role("combobox", name=other.words("filter.views"))
    views.select_option(label="The archive")
    assert "status=closed" in other.page.url
    expect(other.page.get_by_role("heading", name=other.words("list.waiting"))).to_be_hidden()
    other.page.keyboard.press("Control+k")
    other.page.keyboard.type("show all")
    other.page.keyboard.press("Enter")
    assert "status" not in other.page.url
    views.select_option(label="The archive")
    other.page.get_by_role("button", name=other.words.like("filter.set")).click()
    other.page.get_by_role("button", name=other.words("filter.forgetView", name="The archive")).click()
    expect(other.page.get_by_text(other.words("filter.viewForgotten"))).to_be_visible()
    other.page.keyboard.press("Escape")
    expect(views).to_be_hidden()


def test_palette(new_agent, new_visitor) -> None:
    """E22b, X10: one key, also while writing, offers everything by name; what is chosen is done."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Hello?")
    clara.joins("Ada Moreau")
    clara.page.keyboard.press("Control+k")
    box = clara.page.get_by_role("combobox", name=clara.words("palette.title"))
    expect(box).to_be_focused()
    found = violations(clara.page, "palette")
    clara.page.keyboard.type("my ch")
    expect(clara.page.get_by_role("option", selected=True)).to_contain_text(clara.words("filter.mine"))
    clara.page.keyboard.press("Enter")
    assert "agent=mine" in clara.page.url
    clara.page.keyboard.press("Control+k")
    clara.page.keyboard.type("ada mor")
    clara.page.keyboard.press("Enter")
    expect(clara.composer).to_be_focused()
    clara.page.keyboard.press("Control+k")
    clara.page.keyboard.type("nothing of the kind")
    expect(clara.page.get_by_text(clara.words("palette.nothing"))).to_be_visible()
    clara.page.keyboard.press("Escape")
    clara.page.keyboard.press("Control+k")
    clara.page.keyboard.type("shortcuts")
    clara.page.keyboard.press("Enter")
    expect(clara.page.get_by_role("dialog", name=clara.words("shortcuts.title"))).to_be_visible()
    clara.page.keyboard.press("Escape")

    # What can be done with the chat, in the words of its buttons.
    def does(key: str) -> None:
        clara.page.keyboard.press("Control+k")
        clara.page.keyboard.type(clara.words(key))
        expect(clara.page.get_by_role("option", selected=True)).to_contain_text(clara.words(key))
        clara.page.keyboard.press("Enter")

    does("note.mode")
    expect(clara.root.get_by_role("textbox", name=clara.words("note.label"))).to_be_focused()
    does("composer.mode")
    expect(clara.composer).to_be_focused()
    does("chat.transfer")
    expect(clara.page.get_by_role("dialog", name=clara.words("transfer.title"))).to_be_visible()
    clara.page.keyboard.press("Escape")
    does("chat.leave")
    expect(clara.composer).to_have_count(0)
    does("chat.join")
    expect(clara.composer).to_be_focused()
    does("chat.close")
    clara.sees_row("Ada Moreau", "closed")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_looks(parley, new_agent, phone, language) -> None:
    """E71a, X10: tools, filters and what is found fit desk and telephone, and axe finds nothing."""
    give_past(parley, village.HARBOUR, 60)
    clara = new_agent(phone=phone, language=language)
    clara.sees_row("Guest 60", "closed")
    found = violations(clara.page, "lists with tools")
    nothing_sticks_out(clara.page)
    clara.page.get_by_role("searchbox").fill("tides")
    expect(clara.page.locator("parley-list .found a").first).to_be_visible()
    found += violations(clara.page, "search")
    nothing_sticks_out(clara.page)
    clara.page.get_by_role("searchbox").fill("")
    clara.page.get_by_role("button", name=clara.words("filter.title")).click()
    expect(clara.page.get_by_role("dialog")).to_be_visible()
    found += violations(clara.page, "filter")
    nothing_sticks_out(clara.page)
    assert not found, "\n".join(found)


def press(clara, key: str) -> None:
    group = clara.page.get_by_role("group", name=clara.words("filter.quick"))
    group.get_by_role("button", name=clara.words(key)).click()


def choose(dialog, label: str, option: str) -> None:
    dialog.get_by_role("combobox", name=label).select_option(label=option)
