"""What somebody is told of while they look elsewhere: the bell, the page of notices, and pushes to a browser."""

from collections.abc import Callable, Iterator

import pytest
from crowd import Crowd
from people import Agent, Visitor
from playwright.sync_api import Browser, Error, Page, Playwright, expect
from push_service import BrowsersService, open_browsers_service

import village
from program import Program
from watch import Watch
from words import Words

WORDS = Words("en", "notices")


def bell(page: Page) -> str:
    """The number at the bell of a page that the server rendered."""
    return page.locator("parley-bell .count > span").first.inner_text()


def test_answer_from_the_notice(new_agent: Callable[..., Agent], new_visitor: Callable[..., Visitor]) -> None:
    """B67a, B67b, B67c: a message that was written while one looked elsewhere is answered from its notice, and is then no news."""
    clara, ada = new_agent(), new_visitor()
    ada.begins("Ada Moreau")
    clara.joins("Ada Moreau")
    console = Words("en", "console")
    # A second visitor is what Clara looks at.
    bo = new_visitor()
    bo.begins("Bo Lund")
    clara.looks()
    clara.joins("Bo Lund")
    ada.writes("Is the harbour open?")
    clara.looks()
    clara.page.get_by_role("button", name=console("notices.title")).click()
    notice = clara.page.get_by_role("listitem").filter(has_text="Is the harbour open?")
    notice.get_by_role("button", name=console("notices.reply")).click()
    box = notice.get_by_role("textbox")
    box.fill("It is, until six.")
    box.press("Enter")
    ada.sees_once("It is, until six.")
    expect(notice.get_by_role("button", name=console("notices.reply"))).to_have_count(0)


def test_the_tab_calls(new_agent: Callable[..., Agent], new_visitor: Callable[..., Visitor], parley: Program) -> None:
    """C18: a console that nobody looks at calls by title and icon of its tab until somebody looks, and not for what its owner did not choose."""
    clara = new_agent()
    page = clara.page
    page.add_init_script("Document.prototype.hasFocus = () => globalThis.isLookedAt === true")
    page.reload()
    clara.sees_lists()
    title, icon = page.title(), page.locator("link[rel=icon]").get_attribute("href")
    calls = new_visitor()
    calls.begins("Ada Moreau")
    page.wait_for_function("document.title.startsWith('●')")
    assert page.locator("link[rel=icon]").get_attribute("href") != icon
    page.evaluate("globalThis.isLookedAt = true; dispatchEvent(new Event('focus'))")
    page.wait_for_function("!document.title.startsWith('●')")
    assert page.locator("link[rel=icon]").get_attribute("href").endswith(icon or "")
    assert page.title() != title, "the number of those who wait stays"

    page.goto(parley.url(village.CLARA.host, "/profile/notices"))
    page.locator("[name='alert.visitor.light']").uncheck()
    page.get_by_role("button", name=Words("en", "pages")("form.save")).click()
    expect(page.locator("[name='alert.visitor.light']")).not_to_be_checked()
    page.goto(parley.url(village.CLARA.host, "/console"))
    clara.sees_lists()
    new_visitor().begins("Bo Lund")
    clara.sees_row("Bo Lund", "waiting")
    assert "●" not in page.title()


def test_bell_counts_live(new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program, new_crowd: Callable[..., Crowd]) -> None:
    """E22a, E36a, E36b: the bell of any page counts while one looks, leads to the notices, and what was put away is gone from there."""
    new_agent()
    page = new_page()
    page.goto(parley.url(village.BRUNO.host, village.sign_in_path(village.BRUNO)))
    page.goto(parley.url(village.BRUNO.host, "/profile"))
    before = int(bell(page) or "0")
    new_crowd(["Ada"])
    expect(page.locator("parley-bell .count > span").first).to_have_text(str(before + 1))
    page.locator("parley-bell a").click()
    line = page.get_by_role("listitem").filter(has_text="Ada")
    expect(line).to_have_count(1)
    line.get_by_role("button", name=WORDS("list.archive")).click()
    expect(page.get_by_role("listitem").filter(has_text="Ada")).to_have_count(0)
    assert int(bell(page) or "0") == before


def test_refused(new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program, new_crowd: Callable[..., Crowd]) -> None:
    """E35: nobody is asked by a page that merely opens; who has refused is told that the bell goes on, and it does."""
    new_agent()
    page = new_page()
    page.add_init_script(
        """
        Object.defineProperty(Notification, "permission", { get: () => "denied" });
        Notification.requestPermission = () => { document.title = "asked"; return Promise.resolve("denied"); };
        """
    )
    page.goto(parley.url(village.BRUNO.host, village.sign_in_path(village.BRUNO)))
    page.goto(parley.url(village.BRUNO.host, "/profile/notices"))
    expect(page.get_by_text(WORDS("browser.refused"))).to_be_visible()
    assert page.title() != "asked"
    expect(page.get_by_role("button", name=WORDS("browser.turnOn"))).to_be_hidden()
    before = int(bell(page) or "0")
    new_crowd(["Ada"])
    expect(page.locator("parley-bell .count > span").first).to_have_text(str(before + 1))


@pytest.mark.broken_line
def test_no_connection(new_page: Callable[..., Page], parley: Program) -> None:
    """E35: a browser that is switched on has a page for no connection, which leads back when the connection is there again."""
    page = new_page()
    page.goto(parley.url(village.BRUNO.host, village.sign_in_path(village.BRUNO)))
    page.goto(parley.url(village.BRUNO.host, "/profile"))
    # What the press on the switch does first; this browser has no push service to go on with.
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => true)")
    name = page.get_by_role("heading", level=1).inner_text()
    parley.stop()
    page.reload()
    expect(page.get_by_role("heading", name=WORDS("offline.title"))).to_be_visible()
    assert page.locator("body").evaluate("body => getComputedStyle(body).fontFamily") != "serif", "it has its styles"
    kept = page.evaluate("caches.open('parley-offline-1').then(shelf => shelf.match('/offline')).then(page => page.text())")
    assert village.BRUNO.name not in kept, "what is kept was made for nobody"
    parley.start()
    page.get_by_role("link", name=WORDS("offline.again")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


# Pushes, in a browser that has them without the servers of its maker


@pytest.fixture
def service() -> Iterator[BrowsersService]:
    with open_browsers_service() as opened:
        yield opened


@pytest.fixture
def parley_with_pushes(service: BrowsersService, parley: Program) -> Program:
    parley.stop()
    parley.options += ["--push-hosts", f"127.0.0.1:{service.port}"]
    parley.start()
    return parley


@pytest.fixture
def pushed_firefox(playwright: Playwright, service: BrowsersService) -> Iterator[Browser]:
    preferences = {
        "dom.push.enabled": True,
        "dom.push.connection.enabled": True,
        "dom.push.serverURL": f"ws://127.0.0.1:{service.line_port}/",
        "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.testing.ignorePermission": True,
        "permissions.default.desktop-notification": 1,
        "alerts.useSystemBackend": False,
    }
    try:
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path="/usr/bin/firefox-esr", firefox_user_prefs=preferences)
        browser.new_page().close()
    except Error as error:
        pytest.skip(f"this Firefox cannot be driven: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


def test_push_to_a_browser(
    pushed_firefox: Browser, service: BrowsersService, parley_with_pushes: Program, new_agent: Callable[..., Agent],
    new_crowd: Callable[..., Crowd], watch: Watch,
) -> None:
    """E35, B68: a browser that was switched on shows a push while no console is open, and is sent none after it was switched off."""
    parley = parley_with_pushes
    context = pushed_firefox.new_context()
    watch.over(context)
    page = context.new_page()
    page.goto(parley.url(village.BRUNO.host, village.sign_in_path(village.BRUNO)))
    page.goto(parley.url(village.BRUNO.host, "/profile/notices"))
    expect(page.get_by_text(WORDS("browser.off"))).to_be_visible()
    assert not service.channels, "nothing is asked for before the press"
    # The journey is not about the time of day at which it is played.
    page.get_by_label(WORDS("wishes.quiet")).uncheck()
    page.get_by_role("button", name=Words("en", "pages")("form.save")).click()
    expect(page.get_by_text(Words("en", "pages")("form.saved"))).to_be_visible()
    page.get_by_role("button", name=WORDS("browser.turnOn")).click()
    expect(page.get_by_text(WORDS("browser.on"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(WORDS("browser.on"))).to_be_visible()
    clara = new_agent()
    new_crowd(["Ada"])
    # Asked again and again: a promise would be as good as a yes to a page that waits for a function.
    look = """async () => {
        const registration = await navigator.serviceWorker.getRegistration("/sw.js");
        const shown = await registration.getNotifications();
        return shown.some((notice) => notice.title.includes("Ada") && notice.data.path.startsWith("/console#"));
    }"""
    # By way of the push service and the browser's own worker, beside another browser on two cores.
    clara.waits_until(lambda: bool(page.evaluate(look)), lambda: "no notice of Ada is shown", seconds=60)
    taken = len(service.taken)
    page.get_by_role("button", name=WORDS("browser.turnOff")).click()
    expect(page.get_by_text(WORDS("browser.off"))).to_be_visible()
    new_crowd(["Bo"])
    page.wait_for_timeout(4000)
    assert len(service.taken) == taken
    context.close()
