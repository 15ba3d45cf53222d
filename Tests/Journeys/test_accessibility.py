import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import village

axe = Axe()

SCHEMES = ["light", "dark"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages(new_page, parley, scheme) -> None:
    """X10, P11: axe finds nothing on any page that the server renders."""
    page = new_page(color_scheme=scheme)
    found: list[str] = []
    for host, path, person in village.PAGES:
        if person is not None:
            page.goto(parley.url(person.host, village.sign_in_path(person)))
        page.goto(parley.url(host, path))
        found += violations(page, f"{host}{path}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_widget_and_console(new_visitor, new_agent, scheme) -> None:
    """X10, E14a: axe finds nothing on the widget and the console, from the empty form to the closed chat."""
    found: list[str] = []
    ada = new_visitor(color_scheme=scheme)
    ada.visits()
    ada.opens_widget()
    ada.sees_that_all_are_offline()
    found += violations(ada.page, "offline form")
    ada.page.context.clear_cookies()

    clara = new_agent(color_scheme=scheme)
    found += violations(clara.page, "lists")
    ada.visits()
    ada.opens_widget()
    found += violations(ada.page, "form")
    ada.presses_start()
    found += violations(ada.page, "form with faults")
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Good morning")
    clara.joins("Ada Moreau")
    clara.writes("Good morning, Ada")
    ada.sees("Good morning, Ada")
    ada.types("How")
    clara.sees_typing("Ada Moreau")
    for reader, place in ((ada, "chat"), (clara, "chat in the console")):
        found += violations(reader.page, place)
    ada.closes_chat()
    clara.sees_row("Ada Moreau", "closed")
    for reader, place in ((ada, "closed chat"), (clara, "closed chat in the console")):
        found += violations(reader.page, place)
    assert not found, "\n".join(found)


def violations(page: Page, place: str) -> list[str]:
    results = axe.run(page)
    return [
        f"{place}: {rule['id']}: {node['target']} {node['failureSummary']}" for rule in results.response["violations"] for node in rule["nodes"]
    ]
