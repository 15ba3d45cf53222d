"""Real pages of websites: what the widget asks of them, what it tells of them, and that it never breaks them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

import village
from people import Visitor

PLACES = Path(__file__).resolve().parent.parent / "Samples/places.mmdb"
SNIPPET = '<script src="{origin}/widget.js" data-site="5f1d8b2e7c604a93b8e2d1740c9a6f35" async></script>'
PAGE = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><link rel="icon" href="/icon.svg"><title>{title}</title></head>
<body><h1>{title}</h1>{body}{snippet}</body></html>"""


class Told:
    """What a page asks of Parley, in order."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        page.on("request", lambda request: self.requests.append(request) if self.is_ours(request) else None)

    @staticmethod
    def is_ours(request: Request) -> bool:
        return bool(re.search(r"/widget\.js|/assets/|/api/v1/widget/", request.url)) and not request.is_navigation_request()

    def names(self) -> list[str]:
        return [re.sub(r"-[^-]+\.js$", ".js", request.url.rpartition("/")[2]) for request in self.requests]

    def bodies(self, what: str) -> list[dict[str, Any]]:
        return [json.loads(request.post_data or "{}") for request in self.requests if request.url.endswith(f"/{what}")]

    def actions(self) -> dict[int, tuple[str, str, str]]:
        """Of the last view, by their numbers; each is told until it arrived."""
        return {deed["n"]: (deed["kind"], deed["label"], deed["value"]) for beat in self.bodies("beats") for deed in beat.get("actions", [])}


@pytest.fixture
def invent(parley) -> Callable[..., str]:
    """A page of Harbour Essays that the demo does not have."""

    def make(page: Page, path: str, body: str, title: str = "Invented") -> str:
        html = PAGE.format(title=title, body=body, snippet=SNIPPET.format(origin=parley.url(village.FRONT, "")))
        address = parley.url(village.HARBOUR.host, path)
        page.context.route(re.compile(re.escape(address) + r"(\?.*)?$"), lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        return address

    return make


def begins_here(visitor: Visitor) -> None:
    visitor.opens_widget()
    visitor.fills_form()
    visitor.starts_chat()


def test_nothing_before_the_first_second(new_visitor) -> None:
    """X10: a page that nobody has looked at for a second costs its script and nothing else: no request, no cookie; then the button comes."""
    ada = new_visitor()
    told = Told(ada.page)
    ada.page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => !window.isShown})")
    ada.visits()
    ada.page.wait_for_timeout(2_500)
    assert told.names() == ["widget.js"] and ada.page.context.cookies() == []
    ada.page.evaluate("(window.isShown = true, dispatchEvent(new Event('visibilitychange')))")
    ada.page.wait_for_timeout(500)
    assert told.names() == ["widget.js"]
    expect(ada.launcher).to_be_visible()
    ada.waits_until(lambda: told.names()[1:] == ["views", "watch.js"], lambda: f"it asked for {told.names()}")
    assert [cookie["name"] for cookie in ada.page.context.cookies()] == ["parley_key"]


def test_single_page_application(new_visitor, new_agent, invent) -> None:
    """E8, E33, E50: where a website changes its page without loading one, each is counted with its title, and the agent sees it; a jump inside a page is none."""
    ada = new_visitor()
    told = Told(ada.page)
    clara = new_agent()
    address = invent(ada.page, "/app", "<main></main>", "Start")
    ada.page.goto(address)
    begins_here(ada)
    ada.writes("Is this an application?")
    clara.joins("Ada Moreau")
    for name in ("books", "letters"):
        ada.page.evaluate("name => (history.pushState(null, '', `/app/${name}`), document.title = name)", name)
        clara.sees_page(name)
    ada.page.evaluate("location.hash = 'below'")
    ada.page.evaluate("document.body.replaceChildren(document.createElement('main'))")
    ada.page.evaluate("(history.replaceState(null, '', '/app#/orders'), document.title = 'orders')")
    clara.sees_page("orders")
    expect(ada.root).to_be_visible()
    views = told.bodies("views")
    assert [view["title"] for view in views] == ["Start", "books", "letters", "orders"]
    assert [view["url"].rpartition("/app")[2] for view in views] == ["", "/books", "/letters", "#/orders"]
    assert [view["referrer"].rpartition("/app")[2] for view in views[1:]] == ["", "/books", "/letters"]


def test_an_endless_address(new_visitor, new_agent, invent) -> None:
    """E8, E33: a page whose address is longer than what is taken has the button and a chat all the same; host and path are told."""
    ada = new_visitor()
    told = Told(ada.page)
    clara = new_agent()
    # Longer than a request of a view, and than a frame of the line.
    ada.page.goto(invent(ada.page, "/found", "<main></main>", "Found") + "?from=" + "%C3%A9" * 12_000)
    begins_here(ada)
    ada.writes("I came by a long way.")
    clara.joins("Ada Moreau")
    clara.sees("I came by a long way.")
    clara.sees_page("Found")
    view = told.bodies("views")[0]
    assert len(view["url"]) == 4_000 and "/found?from=" in view["url"]


@pytest.mark.settings("--places-file", str(PLACES))
def test_what_is_done(new_visitor, new_agent, invent) -> None:
    """E28, E49, E50, E51: forms that were seen, marked buttons, files and the cart are told once, with how far down the page was seen, and stand beside the chat."""
    clara = new_agent()
    ada = new_visitor()
    told = Told(ada.page)
    page = invent(
        ada.page,
        "/offer",
        """<form aria-label="Ask for a quote"><input aria-label="Words"></form>
        <p><button data-parley-action="Call us"><b>Call</b></button> <a href="/files/price%20list.pdf">Prices</a></p>
        <link rel="stylesheet" href="/tall.css"><div class="tall"></div><form name="late"><input aria-label="Late"></form>""",
        "Offer",
    )
    # As a website would, before the widget is there.
    ada.page.add_init_script("window.parley = (...all) => (parley.queue ??= []).push(all); parley('event', 'plan', 'yearly')")
    ada.page.context.route("**/tall.css", lambda route: route.fulfill(body=".tall { height: 3000px }", content_type="text/css"))
    ada.page.context.route("**/files/*.pdf", lambda route: route.fulfill(body="%PDF", headers={"content-disposition": "attachment"}))
    ada.page.goto(f"{page}?utm_source=google&utm_medium=cpc&utm_campaign=spring")
    expect(ada.launcher).to_be_visible()
    ada.waits_until(lambda: ("event", "plan", "yearly") in told.actions().values(), lambda: f"told {told.actions()}")
    ada.page.get_by_text("Call", exact=True).click()
    ada.page.get_by_role("link", name="Prices").click()
    ada.page.evaluate("parley('cart', {product: 'Blue kettle', quantity: 2, total: '39.00', currency: 'EUR'})")
    wanted = [
        ("form", "Ask for a quote", ""),
        ("event", "plan", "yearly"),
        ("action", "Call us", ""),
        ("download", "price list.pdf", ""),
        ("cart", "Blue kettle", "2 × 39.00 EUR"),
    ]
    ada.waits_until(lambda: sorted(told.actions().values()) == sorted(wanted), lambda: f"told {told.actions()}")
    assert told.bodies("beats")[-1]["depth"] < 60
    ada.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    ada.waits_until(lambda: ("form", "late", "") in told.actions().values(), lambda: f"told {told.actions()}")
    assert told.bodies("beats")[-1]["depth"] == 100

    begins_here(ada)
    ada.writes("Is the kettle blue?")
    clara.joins("Ada Moreau")
    button = clara.root.get_by_role("button", name=clara.words("chat.panel"))
    details = clara.page.get_by_role("complementary", name=clara.words("panel.title"))
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    for shown in ("Blue kettle · 2 × 39.00 EUR", "price list.pdf", "Ask for a quote", "Tunis · Tunisia", clara.words("source.paidSearch"), "spring", "100%"):
        expect(details).to_contain_text(shown)


def test_deeds_that_nobody_can_read(new_visitor, invent, watch) -> None:
    """E8, E51: what a page tells by script may be anything: what cannot be read is told once, and time and deeds go on being counted."""
    ada = new_visitor()
    told = Told(ada.page)
    answers: list[int] = []
    ada.page.on("response", lambda response: answers.append(response.status) if response.url.endswith("/beats") else None)
    ada.page.goto(invent(ada.page, "/odd", "<main></main>"))
    expect(ada.launcher).to_be_visible()
    ada.waits_until(lambda: told.names()[-1:] == ["watch.js"], lambda: f"it asked for {told.names()}")
    # Of the first and second nothing is wrong with what is told; the third is half a sign, which no server can read.
    ada.page.evaluate(r"(parley('event', ' '), parley('event', 'a'.repeat(119) + '🙂'), parley('event', 'half \ud83d a sign'))")
    ada.waits_until(lambda: answers != [], lambda: "no beat came")
    ada.page.evaluate("parley('event', 'plan', 'yearly')")
    ada.waits_until(lambda: answers[-1:] == [204], lambda: f"the beats were answered with {answers}")
    assert told.bodies("beats")[-1]["actions"] == [{"n": 3, "kind": "event", "label": "plan", "value": "yearly"}]
    # The browser reports the one that was refused.
    watch.found = [line for line in watch.found if not line.endswith("/beats")]


def test_global_privacy_control(new_visitor, new_agent, invent) -> None:
    """E49, E50: who asks not to be followed is served all the same, and their page tells neither depth nor deeds."""
    clara = new_agent()
    ada = new_visitor()
    told = Told(ada.page)
    ada.page.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})")
    ada.page.goto(invent(ada.page, "/offer", '<form aria-label="Ask"><input aria-label="Words"></form><button data-parley-action="Call">Call</button>'))
    begins_here(ada)
    ada.page.get_by_text("Call", exact=True).click(force=True)
    ada.page.evaluate("parley('event', 'plan')")
    ada.writes("Who am I?")
    clara.joins("Ada Moreau")
    ada.page.evaluate("dispatchEvent(new Event('pagehide'))")
    ada.waits_until(lambda: bool(told.bodies("beats")), lambda: "no beat came")
    assert told.bodies("views")[0]["gpc"] is True
    beats = told.bodies("beats")
    assert beats and all(beat.keys() <= {"key", "view", "seconds", "last"} for beat in beats)


def test_two_widgets_in_one_browser(new_visitor, new_agent) -> None:
    """E11b, X10: two websites in one browser are two visitors, each with a key of its own, and a page that carries the snippet twice has one button."""
    new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("To the harbour")
    other = Visitor(ada.page.context.new_page(), ada.program, village.LANTERN, "it")
    other.visits()
    other.opens_widget()
    expect(other.bubbles).to_have_count(0)
    keys = {cookie["domain"]: cookie["value"] for cookie in ada.page.context.cookies() if cookie["name"] == "parley_key"}
    assert len(set(keys.values())) == 2 == len(keys)
    ada.sees("To the harbour")
    ada.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {src: document.querySelector('script[data-site]').src}))")
    ada.page.wait_for_timeout(1_500)
    expect(ada.widget).to_have_count(1)


def test_frame(new_visitor, new_agent, invent) -> None:
    """X10: in a frame of the same website the widget works for itself; in one that has no origin it draws nothing and breaks nothing."""
    ada = new_visitor()
    inside = invent(ada.page, "/inside", "<p>Inside</p>", "Inside")
    sandbox = '<iframe title="Closed" sandbox="allow-scripts" src="/inside"></iframe>'
    ada.page.goto(invent(ada.page, "/around", f'<iframe title="Open" width="500" height="700" src="{inside}"></iframe>{sandbox}', "Around"))
    frame = ada.page.frame_locator("[title=Open]")
    frame.locator("parley-widget [aria-expanded]").first.click()
    expect(frame.get_by_role("dialog")).to_be_visible()
    closed = ada.page.frame_locator("[title=Closed]")
    expect(closed.get_by_text("Inside").first).to_be_visible()
    ada.page.wait_for_timeout(1_500)
    expect(closed.locator("parley-widget")).to_have_count(0)
    expect(ada.launcher).to_be_visible()


@pytest.mark.parametrize("blocked", ["silently", "loudly"])
def test_cookies_blocked(new_visitor, new_agent, blocked: str) -> None:
    """X10: where a browser keeps nothing, silently or with an error, the page is whole; a chat of this page works where that is possible."""
    ada = new_visitor()
    fail = "throw new DOMException('no', 'SecurityError')"
    get, put = (fail, fail) if blocked == "loudly" else ("return ''", "")
    ada.page.add_init_script(
        f"""Object.defineProperty(document, 'cookie', {{get() {{ {get} }}, set() {{ {put} }}}});
        for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {{get() {{ {fail} }}}});"""
    )
    ada.visits()
    if blocked == "loudly":
        ada.page.wait_for_timeout(2_000)
        expect(ada.widget).to_have_count(0)
        expect(ada.page.get_by_role("heading").first).to_be_visible()
        return
    clara = new_agent()
    begins_here(ada)
    ada.writes("Without a cookie")
    clara.joins("Ada Moreau")
    clara.writes("Here all the same.")
    ada.sees("Here all the same.")


@pytest.mark.broken_line
def test_blocked_half_way(new_visitor, parley) -> None:
    """X10, D29: whatever of the widget does not come, the page is whole; and the button works as soon as the rest can be had."""
    for pattern in ("**/api/v1/widget/*/views", "**/assets/watch-*", "**/assets/panel-*"):
        ada = new_visitor()
        ada.page.route(pattern, lambda route: route.abort())
        ada.visits()
        ada.page.wait_for_timeout(1_800)
        expect(ada.page.get_by_role("heading").first).to_be_visible()
        if "views" in pattern:
            expect(ada.widget).to_have_count(0)
            continue
        ada.launcher.click()
        if "panel" in pattern:
            ada.page.wait_for_timeout(500)
            ada.page.unroute(pattern)
            ada.launcher.click()
        expect(ada.root).to_be_visible()
