"""Who answers where, for many people and websites at once."""

from collections.abc import Callable

import pytest
from people import Administrator, Agent, Visitor
from playwright.sync_api import Locator, Page, expect
from test_accessibility import violations

import village
from program import Program

PATH = "/admin/sites/teams"
WEBSITES = [village.HARBOUR, village.LANTERN, village.QUILL]


def box(page: Page, person: village.Person, website: village.Website) -> Locator:
    return page.get_by_role("checkbox", name=f"{person.name} {website.name}", exact=True)


@pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)
def test_many_assignments(administrator: Administrator, new_agent: Callable[..., Agent], new_visitor: Callable[..., Visitor]) -> None:
    """E88b, E89a, X10: one person gets many websites and one website many people by one press, and their consoles show it at once."""
    words, page = administrator.sites, administrator.page
    elif_ = new_agent(village.ELIF)
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=words("teams.title")).click()
    expect(box(page, village.ELIF, village.HARBOUR)).not_to_be_checked()
    found = violations(page, "the sheet of teams")
    page.get_by_role("button", name=f"{words('teams.all')} {village.ELIF.name}").click()
    expect(page.get_by_role("status")).to_have_text(words("teams.unsaved"))
    for website in WEBSITES:
        expect(box(page, village.ELIF, website)).to_be_checked()
        box(page, village.CLARA, website).check()
    administrator.presses(words("teams.save"))
    expect(page.get_by_role("status")).to_have_text(words("teams.done"))
    for website in WEBSITES:
        for person in (village.ELIF, village.CLARA):
            expect(box(page, person, website)).to_be_checked()
    ada = new_visitor(village.HARBOUR)
    ada.begins()
    ada.writes("Is somebody new here?")
    elif_.looks()
    elif_.joins("Ada Moreau")
    assert not found, "\n".join(found)


def test_two_administrators(administrator: Administrator, new_page: Callable[..., Page], parley: Program) -> None:
    """E88b, X10: who saves second reads what the first changed, finds every own tick again, and saves both."""
    words = administrator.sites
    other = Administrator(new_page(java_script_enabled=False), parley, village.ADMINISTRATOR)
    other.sign_in()
    for somebody in (administrator, other):
        somebody.goes_to(PATH)
    box(administrator.page, village.BRUNO, village.LANTERN).check()
    administrator.presses(words("teams.save"))
    expect(administrator.page.get_by_role("status")).to_have_text(words("teams.done"))

    box(other.page, village.ELIF, village.HARBOUR).check()
    other.presses(words("teams.save"))
    alert = other.page.get_by_role("alert")
    expect(alert).to_contain_text(words("teams.overtaken"))
    expect(alert).to_contain_text(words.like("teams.added", name=village.BRUNO.name, site=village.LANTERN.name))
    expect(box(other.page, village.BRUNO, village.LANTERN)).to_be_checked()
    expect(box(other.page, village.ELIF, village.HARBOUR)).to_be_checked()
    other.presses(words("teams.save"))
    expect(other.page.get_by_role("status")).to_have_text(words("teams.done"))
    administrator.goes_to(PATH)
    for person, website in ((village.BRUNO, village.LANTERN), (village.ELIF, village.HARBOUR)):
        expect(box(administrator.page, person, website)).to_be_checked()


def test_teams_on_a_telephone(new_page: Callable[..., Page], parley: Program) -> None:
    """E88b, X10: on a telephone the sheet is a list of people with a line for each website, nothing is wider than the page, and a finger finds it."""
    administrator = Administrator(new_page(phone=True), parley, village.ADMINISTRATOR)
    administrator.sign_in()
    administrator.goes_to(PATH)
    page = administrator.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    line = page.locator(".boxes td label").first
    place = line.bounding_box()
    assert place is not None and place["height"] >= 44 and place["width"] > 200, place
    expect(line.locator("span")).to_be_visible()
    target = box(page, village.ELIF, village.HARBOUR)
    page.locator(".boxes tr").filter(has_text=village.ELIF.name).locator("label").filter(has_text=village.HARBOUR.name).tap()
    expect(target).to_be_checked()
    page.get_by_label(administrator.sites("teams.site"), exact=True).select_option(label=village.HARBOUR.name)
    page.get_by_role("button", name=administrator.pages("people.find")).click()
    expect(page.locator(".boxes td")).to_have_count(page.locator(".boxes tbody tr").count())
    assert violations(page, "the sheet of teams on a telephone") == []
