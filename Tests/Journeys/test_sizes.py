import pytest
from playwright.sync_api import Locator, Page, expect
from test_accessibility import violations

import village

TABLET = {"width": 768, "height": 1024}
LONG_NAME = "Everybody at the harbour who has waited for a very long time"


@pytest.mark.picture
def test_on_telephones(new_visitor, new_agent, picture) -> None:
    """E21, E71a, E71c, E71d, E73: on telephones the widget fills the screen, and the console is one column, the list first."""
    clara = new_agent(phone=True)
    ada = new_visitor(phone=True)
    ada.visits()
    is_small_and_at_the_end(ada.launcher, ada.page)
    ada.opens_widget()
    fills(ada.root, ada.page)
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Do you work on Sundays?")

    expect(clara.root).to_be_hidden()
    clara.joins("Ada Moreau")
    expect(clara.page.locator("parley-list")).to_be_hidden()
    clara.writes("Yes, until noon.")
    ada.sees("Yes, until noon.")
    picture(ada.page, "widget-phone")
    picture(clara.page, "console-phone")
    for reader in (ada, clara):
        nothing_sticks_out(reader.page)
        can_be_touched(reader.root)
    clara.goes_back()
    expect(clara.page.locator("parley-list")).to_be_visible()
    expect(clara.root).to_be_hidden()


@pytest.mark.burst
@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_tablets(new_agent, new_crowd, language) -> None:
    """E22b, E24a, X10: on a tablet three columns are for thumbs, a number of three digits leaves its picture free, and a view with a long name pushes nothing out."""
    clara = new_agent(language=language, viewport=TABLET, has_touch=True, is_mobile=True)
    page, lists = clara.page, clara.page.locator("parley-list")
    new_crowd([f"Guest{number:03}" for number in range(100)], at_once=10)
    count = page.locator("parley-rail a.place .count")
    expect(count).to_contain_text("101", timeout=30_000)
    assert not overlap(box(count), box(page.locator("parley-rail a.place .icon").first))
    lists.get_by_role("button", name=clara.words("filter.title")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("textbox", name=clara.words("filter.viewName")).fill(LONG_NAME)
    dialog.get_by_role("button", name=clara.words("filter.saveView")).click()
    expect(dialog.get_by_text(clara.words("filter.viewSaved"))).to_be_visible()
    dialog.get_by_role("button", name=clara.words("filter.show")).click()
    expect(lists.get_by_role("combobox", name=clara.words("filter.views"))).to_be_visible()
    holds(lists, lists.locator(".find > .button"))
    clara.joins("Guest000")
    holds(clara.root, clara.root.locator("> header button"))
    for part in (lists, clara.root):
        can_be_touched(part)
    nothing_sticks_out(page)
    assert not violations(page, f"a tablet in {language}")


def test_teams_on_a_tablet(new_page, parley) -> None:
    """E88b: a sheet that is wider than a tablet scrolls by itself, and the page does not."""
    page = new_page(viewport={**TABLET, "width": 660})
    page.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    page.goto(parley.url(village.ADMINISTRATOR.host, "/admin/sites/teams"))
    expect(page.get_by_role("checkbox").first).to_be_visible()
    nothing_sticks_out(page)


def test_sign_up_on_a_telephone(new_page, parley) -> None:
    """B3d: the forms of customers and experts fit a telephone as they fit a desk, and are for thumbs."""
    for phone in (True, False):
        page = new_page(phone=phone)
        for kind in ("customer", "expert"):
            page.goto(parley.url(village.FRONT, f"/sign-up?as={kind}"))
            expect(page.get_by_role("button", name="Open the account")).to_be_visible()
            nothing_sticks_out(page)
            if phone:
                can_be_touched(page.locator("main form"))


@pytest.mark.parametrize(
    "phone", [pytest.param(False, id="desktop", marks=pytest.mark.picture), pytest.param(True, id="telephone")]
)
def test_in_arabic(new_visitor, new_agent, phone, picture) -> None:
    """P11: both sides in Arabic read from right to left, every text in Arabic, and bubbles stand mirrored."""
    clara = new_agent(village.CLARA, language="ar", phone=phone)
    ada = new_visitor(village.LANTERN, language="ar", phone=phone)
    ada.visits()
    ada.opens_widget()
    ada.fills_form("آدا مورو")
    ada.starts_chat()
    ada.writes("هل تعملون يوم الأحد؟")
    clara.joins("آدا مورو")
    clara.writes("نعم، حتى الظهر.")
    ada.sees("نعم، حتى الظهر.")
    picture(ada.page, "widget-arabic")
    picture(clara.page, "console-arabic")
    expect(clara.page.locator("html")).to_have_attribute("dir", "rtl")
    for reader in (ada, clara):
        assert reader.root.evaluate("element => getComputedStyle(element).direction") == "rtl"
        stands_at_the_right(reader.message("هل تعملون يوم الأحد؟"), reader.message("نعم، حتى الظهر."))
        nothing_sticks_out(reader.page)


@pytest.mark.parametrize("phone", [pytest.param(False, id="desktop"), pytest.param(True, id="telephone")])
def test_long_names_in_arabic(new_visitor, new_agent, phone) -> None:
    """P11, E22c: in Arabic a Latin name is cut at its end, not at its beginning, and the visitor's page stays readable above the chat."""
    clara = new_agent(village.CLARA, language="ar", phone=phone)
    ada = new_visitor(language="ar")
    ada.visits(village.PRICES)
    ada.opens_widget()
    name = "Maximiliana Theodora von Hohenstein-Bartholomew-Castellane"
    ada.fills_form(name)
    ada.starts_chat()
    begins_in_view(clara.row(name).locator("b"))
    clara.joins(name)
    begins_in_view(clara.header.get_by_role("heading", level=1))
    page = clara.header.get_by_title(village.PRICES.title)
    begins_in_view(page)
    assert box(page)["width"] > 30
    nothing_sticks_out(clara.page)


def test_left_to_right(new_visitor, new_agent) -> None:
    """E14b: the visitor's bubbles stand at the left and the agent's at the right, in the widget and in the console alike."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("A question")
    clara.joins("Ada Moreau")
    clara.writes("An answer")
    for reader in (ada, clara):
        reader.sees("An answer")
        stands_at_the_right(reader.message("An answer"), reader.message("A question"))


def box(element: Locator) -> dict[str, float]:
    found = element.bounding_box()
    assert found is not None, f"{element} has no box"
    return dict(found)


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    above = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
    return not (beside or above)


def holds(column: Locator, parts: Locator) -> None:
    """What belongs to a column stands inside it."""
    edges = box(column)
    for part in parts.all():
        if part.is_visible():
            found = box(part)
            assert edges["x"] <= found["x"] and found["x"] + found["width"] <= edges["x"] + edges["width"], (found, edges)


def begins_in_view(name: Locator) -> None:
    """The first letter of a name that reads from left to right stands inside its place."""
    edges = name.evaluate(
        """place => {
            const words = document.createTreeWalker(place, NodeFilter.SHOW_TEXT).nextNode();
            const letter = document.createRange();
            letter.setStart(words, 0);
            letter.setEnd(words, 1);
            return [letter.getBoundingClientRect().left, place.getBoundingClientRect().left];
        }"""
    )
    assert edges[0] >= edges[1] - 1, f"the name begins at {edges[0]}, its place at {edges[1]}"


def fills(element: Locator, page: Page) -> None:
    size = page.viewport_size
    assert size is not None
    found = box(element)
    assert (found["x"], found["y"]) == (0, 0) and found["width"] == size["width"] and found["height"] >= size["height"] - 1, found


def is_small_and_at_the_end(element: Locator, page: Page) -> None:
    found, size = box(element), page.viewport_size
    assert size is not None
    assert 44 <= found["height"] <= 64 and found["width"] <= size["width"] / 2, found
    assert found["x"] + found["width"] > size["width"] - 40 and found["y"] + found["height"] > size["height"] - 40, found


def stands_at_the_right(right: Locator, left: Locator) -> None:
    a, b = box(right), box(left)
    assert a["x"] + a["width"] > b["x"] + b["width"] and a["x"] > b["x"], (a, b)


def nothing_sticks_out(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} pixels too wide"


def can_be_touched(root: Locator) -> None:
    """Buttons one aims at with a thumb have 44 pixels in both directions."""
    small = []
    for button in root.get_by_role("button").all():
        if button.is_visible():
            found = box(button)
            if found["width"] < 44 or found["height"] < 44:
                small.append(f"{button.get_attribute('aria-label') or button.inner_text()}: {found['width']:.0f} x {found['height']:.0f}")
    assert small == []
