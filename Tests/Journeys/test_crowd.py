import pytest
from playwright.sync_api import Page, expect


@pytest.mark.burst
def test_many_wait(new_agent, new_crowd) -> None:
    """E22b, E24a, E91d: with thirty chats unread the list scrolls by itself, and the console stays where it is whatever is opened."""
    clara = new_agent()
    names = [f"Guest{number:02}" for number in range(30)]
    new_crowd(names)
    clara.sees_row(names[-1], "waiting")
    stands_still(clara.page)
    clara.joins(names[12])
    stands_still(clara.page)
    clara.joins(names[-1])
    stands_still(clara.page)
    clara.page.keyboard.press("Escape")
    for _ in range(35):
        clara.page.keyboard.press("j")
        focused = clara.page.locator("parley-list a.row:focus")
        expect(focused).to_be_in_viewport(ratio=0.9)
    stands_still(clara.page)


def stands_still(page: Page) -> None:
    height, window, *places = page.evaluate(
        "[document.documentElement.scrollHeight, innerHeight, document.scrollingElement.scrollTop, document.body.scrollTop]"
    )
    assert (height, places) == (window, [0, 0]), f"the page has {height} pixels in a window of {window} and stands at {places}"
