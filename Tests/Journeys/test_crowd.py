import random

import pytest
from people import Agent
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
    clara.page.mouse.move(800, 300)
    clara.sees_row(names[-1], "active")
    # The first puts the news away, the second leads back to the list.
    clara.page.keyboard.press("Escape")
    clara.page.keyboard.press("Escape")
    for _ in range(35):
        clara.page.keyboard.press("j")
        focused = clara.page.locator("parley-list a.row:focus")
        expect(focused).to_be_in_viewport(ratio=0.9)
    stands_still(clara.page)


@pytest.mark.burst
def test_five_hundred_wait(new_agent, new_crowd) -> None:
    """E22b, E81: of five hundred who wait only those in view are in the page, at the top, in the middle and at the end, and each is reached by a key."""
    clara = new_agent()
    # One waits in the village already.
    new_crowd([f"Guest{number:03}" for number in range(499)], at_once=10)
    lists = clara.page.locator("parley-list")
    expect(lists.locator("section[data-state=waiting] h2")).to_contain_text("500", timeout=60_000)

    def nodes() -> int:
        return int(lists.evaluate("lists => lists.querySelectorAll('*').length"))

    most = nodes()
    rows = clara.rows.count()
    clara.rows.first.focus()
    clara.page.keyboard.press("End")
    expect(clara.page.locator("parley-list a.row:focus")).to_be_in_viewport()
    most, rows = max(most, nodes()), max(rows, clara.rows.count())
    for _ in range(10):
        clara.page.mouse.move(200, 400)
        clara.page.mouse.wheel(0, -3_000)
        clara.page.wait_for_timeout(100)
        most, rows = max(most, nodes()), max(rows, clara.rows.count())
    assert rows < 150, f"{rows} rows are in the page"
    assert most < 150 * 25, f"{most} elements are in the list"
    stands_still(clara.page)


def stands_still(page: Page) -> None:
    height, window, *places = page.evaluate(
        "[document.documentElement.scrollHeight, innerHeight, document.scrollingElement.scrollTop, document.body.scrollTop]"
    )
    assert (height, places) == (window, [0, 0]), f"the page has {height} pixels in a window of {window} and stands at {places}"


def test_double_click(new_agent, new_crowd) -> None:
    """E27a, E23c: a double click on who waits longest joins that chat alone, and nothing moves under the pointer until it goes away."""
    clara = new_agent()
    new_crowd(["Guest1", "Guest2", "Guest3"])
    clara.sees_row("Guest3", "waiting")
    places = {name: clara.row(name).bounding_box() for name in ("Guest1", "Guest2")}
    clara.row("Guest1", "waiting").dblclick()
    clara.waits_until(lambda: is_joined_under(clara), lambda: "the first guest is not joined")
    assert {name: clara.row(name).bounding_box() for name in places} == places
    clara.page.mouse.move(800, 300)
    clara.sees_row("Guest1", "active")
    clara.sees_order("waiting", "Guest2", "Guest3")
    expect(clara.row("Guest2", "active")).to_have_count(0)


def test_news_in_the_page(new_agent, new_crowd) -> None:
    """E30: of those who came at most two are told in the page, no row is covered, and one key puts the news away."""
    clara = new_agent()
    new_crowd(["Guest1", "Guest2", "Guest3"])
    toasts = clara.page.locator(".toast")
    expect(toasts).to_have_count(2)
    expect(toasts.last).to_contain_text("Guest3")
    lists = clara.page.locator("parley-list").bounding_box()
    assert lists is not None
    for toast in toasts.all():
        box = toast.bounding_box()
        assert box is not None and box["x"] >= lists["x"] + lists["width"]
    clara.page.keyboard.press("Escape")
    expect(toasts).to_have_count(0)


def is_joined_under(agent: Agent) -> bool:
    """Asked by somebody whose hand is not quite still."""
    box = agent.row("Guest1").bounding_box()
    assert box is not None
    agent.page.mouse.move(box["x"] + box["width"] / 2 + random.randint(1, 3), box["y"] + box["height"] / 2)
    return bool(agent.composer.count())
