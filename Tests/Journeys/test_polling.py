import pytest
from greenlet import greenlet
from line import CUT
from playwright.sync_api import Page, Request, WebSocketRoute, expect


class NoSockets:
    """A proxy that lets no WebSocket through. Counts the requests that take their place."""

    def __init__(self, page: Page) -> None:
        self.polls = 0
        self.refused = 0
        page.route_web_socket(lambda address: address.endswith("/live"), self.refuse)
        page.on("request", self.count)

    def refuse(self, route: WebSocketRoute) -> None:
        self.refused += 1
        greenlet(lambda: route.close(code=CUT)).switch()

    def count(self, request: Request) -> None:
        self.polls += request.url.endswith("/api/v1/live")


@pytest.mark.broken_line
def test_talk_without_websockets(new_visitor, new_agent) -> None:
    """E20: behind a proxy without WebSockets a visitor of a website and an agent talk as ever, over a reload and a time without a network."""
    clara = new_agent()
    behind = [NoSockets(clara.page)]
    clara.page.reload()
    ada = new_visitor()
    behind.append(NoSockets(ada.page))
    ada.begins()
    ada.writes("Can you hear me?")
    clara.joins("Ada Moreau")
    clara.sees("Can you hear me?")
    clara.writes("Yes, every word")
    ada.sees("Yes, every word")
    ada.sees_tick("Can you hear me?", "seen")
    clara.sees_tick("Yes, every word", "seen")

    ada.page.reload()
    ada.sees("Yes, every word")
    ada.writes("I came back")
    clara.sees("I came back")

    ada.page.context.set_offline(True)
    ada.writes("In the tunnel")
    ada.sees_tick("In the tunnel", "unsent")
    clara.writes("Where are you?")
    ada.page.context.set_offline(False)
    ada.sees("Where are you?")
    ada.sees_tick("In the tunnel", "seen")
    for reader in (ada, clara):
        reader.sees_once("Can you hear me?", "Yes, every word", "I came back", "In the tunnel", "Where are you?")
    assert all(each.polls > 3 and each.refused >= 2 for each in behind)


@pytest.mark.broken_line
def test_one_polls(new_visitor, new_agent) -> None:
    """E20: whoever has a WebSocket and whoever polls sit in the same chat, and its end reaches both."""
    clara = new_agent()
    ada = new_visitor()
    behind = NoSockets(ada.page)
    ada.begins()
    ada.writes("One of us has no socket")
    clara.joins("Ada Moreau")
    clara.writes("Nobody notices")
    ada.sees("Nobody notices")
    ada.sees_tick("One of us has no socket", "seen")
    assert behind.polls > 0
    expect(clara.page.get_by_text(clara.words("connection.lost"))).not_to_be_visible()
