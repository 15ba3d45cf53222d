"""A marketplace that embeds Parley and hands over its own people: both sides in its pages, in browsers that allow no cookies of others."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error, Frame, Locator, Page, Playwright, expect

import village
from people import Reader
from program import Program
from test_accessibility import violations
from test_minutes import TALK, both_read, clock, presses
from words import Words

STARS = village.Website("stars.localhost", "Northern Stars")
KEY = "7b20e6d94f5c4d1e9a83c61fd05be472"
HOSTS, CONSOLE = Words("en", "hosts"), Words("en", "console")
CREDITS = 20
# By which somebody is signed in at Parley itself.
SESSION = "parley"


@pytest.fixture(scope="session")
def careful_chromium(playwright: Playwright) -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks", "--test-third-party-cookie-phaseout"]
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def careful_firefox(playwright: Playwright) -> Iterator[Browser]:
    """It gives a frame of somebody else neither cookies nor storage."""
    wishes = {"network.cookie.cookieBehavior": 1}
    try:
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path="/usr/bin/firefox-esr", firefox_user_prefs=wishes)
        browser.new_page().close()
    except Error as error:
        pytest.skip(f"this Firefox cannot be driven: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


class Member(Reader):
    """Somebody of the marketplace, in a page of it."""

    def __init__(self, page: Page, program: Program, door: str, element: str, lines: str) -> None:
        self.page, self.program, self.element, self.lines = page, program, element, lines
        self.words = Words("en", "console" if lines == "line" else "widget")
        page.goto(program.url(STARS.host, "/"))
        page.get_by_role("link", name=door).click()

    @property
    def frame(self) -> Frame:
        """It is another one after a reload."""
        expect(self.page.frame_locator("iframe").locator("parley-frame")).to_be_attached()
        found = self.page.frame(url=re.compile(r"/embed/"))
        assert found is not None
        return found

    @property
    def root(self) -> Locator:  # type: ignore[override]
        return self.frame.locator(self.element)

    @property
    def composer(self) -> Locator:
        return self.root.get_by_role("textbox")

    def message(self, text: str) -> Locator:
        return self.bubbles.filter(has=self.frame.get_by_text(text, exact=True))

    def is_told(self, text: str) -> None:
        """The page around the frame."""
        expect(self.page.locator("#news")).to_have_text(text)

    def holds_no_session(self) -> None:
        assert [cookie for cookie in self.page.context.cookies() if cookie["name"] == SESSION] == []


def token_of(parley: Program) -> str:
    """What the server of the marketplace says of its customer."""
    status, _, body = parley.get(STARS.host, "/token?as=customer")
    assert status == 200, body
    return str(json.loads(body)["token"])


@pytest.mark.parametrize("browser", ["chromium", "careful_chromium"], indirect=True)
def test_customer_and_psychic_talk(new_page: Callable[..., Page], parley: Program) -> None:
    """C1: signed in at the marketplace alone, both talk by the minute in its pages; a reload goes on, and payment is at Parley's own."""
    vera = Member(new_page(), parley, "Sign in as Vera", "parley-chat", "line")
    expect(vera.frame.get_by_role("heading", name=Words("en", "console")("list.title"), level=1)).to_be_visible()
    nadia = Member(new_page(), parley, "Sign in as Nadia", "parley-talk", "thread")
    expect(nadia.composer).to_be_editable()
    expect(nadia.root.locator(".head")).to_contain_text("Vera")
    expect(clock(nadia)).to_contain_text(re.compile(r"2 credits\u2069? a minute"))
    expect(nadia.root.locator(".deal")).to_contain_text(re.compile(rf"{CREDITS} credits\u2069? left"))

    presses(nadia, "start")
    vera.looks()
    vera.frame.locator("parley-list").get_by_role("link").filter(has_text="Nadia Karim").click()
    presses(vera, "accept")
    both_read((nadia, vera), "lineBilling")
    for member in (nadia, vera):
        member.is_told("The clock is running.")
    nadia.writes("Will the move be good for me?")
    vera.sees("Will the move be good for me?")
    vera.writes("Wait for the new moon.")
    nadia.sees("Wait for the new moon.")

    nadia.page.reload()
    nadia.sees_in_order("Will the move be good for me?", "Wait for the new moon.")
    expect(clock(nadia)).to_contain_text(TALK("minutes.running"))
    nadia.writes("Then I wait.")
    vera.sees("Then I wait.")
    # A chat of less than a second has no bill.
    expect(clock(nadia).get_by_role("timer")).not_to_have_text("0:00")

    presses(nadia, "end")
    both_read((nadia, vera), "lineBill", why=TALK("minutes.endCustomer"))
    for member in (nadia, vera):
        member.is_told("The chat has ended.")
    nadia.holds_no_session()

    nadia.looks()
    with nadia.page.expect_popup() as opened:
        clock(nadia).get_by_role("link", name=TALK("minutes.bill")).click()
    bill = opened.value
    expect(bill.get_by_role("heading", level=1)).to_have_text(HOSTS("enter.title"))
    assert violations(bill, "the way out of a frame") == []
    bill.get_by_role("button", name=HOSTS.like("enter.submit", name="Nadia Karim")).click()
    expect(bill.get_by_role("heading", level=1)).to_have_text(Words("en", "deals")("minutes.title"))
    expect(bill.get_by_text(Words("en", "deals")("minutes.agrees"))).to_be_visible()

    bill.close()
    nadia.looks()
    nadia.page.get_by_role("button", name="Sign out").click()
    expect(nadia.frame.get_by_text(HOSTS("over"))).to_be_visible()


@pytest.mark.parametrize("browser", ["careful_firefox"], indirect=True)
def test_without_storage(new_page: Callable[..., Page], parley: Program) -> None:
    """C1: where a browser gives the frame neither cookies nor storage both are signed in all the same, and each knows whether the other is there."""
    vera = Member(new_page(), parley, "Sign in as Vera", "parley-chat", "line")
    lists = vera.frame.locator("parley-list")
    expect(lists.get_by_role("button", name=re.compile("Vera Moon"))).to_be_visible()
    expect(lists).not_to_have_attribute("aria-busy", "true")
    nadia = Member(new_page(), parley, "Sign in as Nadia", "parley-talk", "thread")
    expect(nadia.composer).to_be_editable()
    expect(nadia.root.locator(".head")).to_contain_text(TALK("expert.chat"))
    expect(nadia.root.locator(".deal")).to_contain_text(re.compile(rf"{CREDITS} credits\u2069? left"))
    # The driver of this browser presses nothing in a frame of another process: the page is told what a press tells it.
    clock(nadia).get_by_role("button", name=TALK("minutes.start"), exact=True).dispatch_event("click")
    expect(clock(nadia)).to_contain_text(TALK.like("minutes.offered", name="Vera"))
    expect(lists.get_by_role("link").filter(has_text="Nadia Karim")).to_be_visible()


def test_psychic_goes_away(new_page: Callable[..., Page], parley: Program) -> None:
    """C1, C12, C13, C14: in the frame Vera goes away and comes back; meanwhile Nadia leaves a message, to the telephone once, as she chose it."""
    vera = Member(new_page(), parley, "Sign in as Vera", "parley-chat", "line")
    you = vera.frame.locator("parley-list").get_by_role("button", name=re.compile("Vera Moon"))
    nadia = Member(new_page(), parley, "Sign in as Nadia", "parley-talk", "thread")
    head = nadia.root.locator(".head")
    expect(head).to_contain_text(TALK("expert.chat"))

    def says(status: str) -> None:
        vera.looks()
        you.click()
        vera.frame.get_by_role("radio", name=CONSOLE(f"status.{status}")).click()
        expect(you).to_contain_text(CONSOLE(f"status.{status}"))
        nadia.looks()

    assert violations(vera.page, "the desk in a frame") == []
    says("offline")
    left = nadia.root.get_by_text(TALK.like("deal.costLeft", amount="2 credits"))
    expect(left).to_be_visible()
    urgent = nadia.root.get_by_role("checkbox", name=TALK.like("deal.sms", name="Vera", amount="4 credits"))
    urgent.check()
    expect(nadia.root.get_by_text(TALK.like("deal.costSms", amount="4 credits"))).to_be_visible()
    assert violations(nadia.page, "a message that is left in a frame") == []
    nadia.writes("My train leaves at six. Shall I be on it?")
    expect(nadia.root.locator(".deal")).to_contain_text(re.compile(rf"{CREDITS - 4} credits\u2069? left"))
    expect(urgent).not_to_be_checked()
    expect(left).to_be_visible()
    says("online")
    expect(head).to_contain_text(TALK("expert.chat"))
    expect(urgent).to_be_hidden()


def test_foreign_page(chromium: Browser, parley: Program) -> None:
    """C1: no page but the marketplace's can frame it, and outside of a frame nobody can hand anybody over."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(parley.url(village.HARBOUR.host, "/"))
    address = parley.url(village.FRONT, f"/embed/{KEY}")
    page.evaluate("address => document.body.append(Object.assign(document.createElement('iframe'), { src: address, id: 'stolen' }))", address)
    expect(page.frame_locator("#stolen").locator("parley-frame")).to_have_count(0)
    page.wait_for_timeout(500)
    assert all(frame.locator("parley-frame").count() == 0 for frame in page.frames)

    token = token_of(parley)
    with page.expect_popup() as opened:
        page.evaluate("address => { window.other = window.open(address) }", address)
    alone = opened.value
    expect(alone.get_by_text(HOSTS("alone"))).to_be_visible()
    page.evaluate("token => other?.postMessage({ type: 'parley:token', token }, '*')", token)
    alone.wait_for_timeout(500)
    expect(alone.locator("parley-talk")).to_have_count(0)
    context.close()


def test_administrator_makes_secrets(administrator, parley: Program) -> None:  # noqa: ANN001
    """C1: an administrator finds the frame for a website's page, makes a second secret and removes the first."""
    page = administrator.page
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=STARS.name).click()
    page.get_by_role("link", name=HOSTS("admin.link")).click()
    expect(page.get_by_text(f"/embed/{KEY}")).to_be_visible()
    found = violations(page, "embedding")
    administrator.presses(HOSTS("admin.make"))
    expect(page.locator("#secret")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    found += violations(page, "a new secret")
    page.get_by_role("link", name=administrator.pages("tokens.kept")).click()
    page.get_by_role("button", name=f"{HOSTS('admin.remove')} {HOSTS('admin.older')}").click()
    expect(page.get_by_role("status")).to_contain_text(HOSTS("admin.removed"))
    expect(page.get_by_role("button", name=HOSTS("admin.remove"))).to_have_count(1)
    # The marketplace signs with the newest.
    assert token_of(parley).count(".") == 2
    assert found == []
