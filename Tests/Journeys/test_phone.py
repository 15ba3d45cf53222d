import re
import signal

import pytest
from fingers import Finger
from playwright.sync_api import Locator, Page, expect
from test_accessibility import violations
from test_sizes import box, nothing_sticks_out

import village
from people import Agent

FAR = 150


def test_bottom_navigation(new_agent, new_crowd) -> None:
    """E71b: on a telephone the places lie along the lower edge, each with its name; a chat has the screen to itself."""
    clara = new_agent(phone=True)
    new_crowd(["Ada"])
    rail = clara.page.locator("parley-rail nav")
    chats = rail.get_by_role("link", name=clara.words("rail.chats"))
    expect(chats).to_have_attribute("aria-current", "page")
    expect(chats.locator(".count")).to_be_visible()
    places = [place for place in rail.locator("> .place").all() if place.is_visible()]
    names = [place.locator("> span:visible").first.inner_text() for place in places]
    assert names[0] == clara.words("rail.chats") and clara.words("rail.profile") in place_texts(places)
    size = clara.page.viewport_size
    edges = [box(place) for place in places]
    assert all(edge["y"] + edge["height"] == size["height"] and edge["height"] >= 44 for edge in edges), edges
    assert len({round(edge["width"]) for edge in edges}) == 1, "each has its part of the width"
    rail.locator(".place.you").click()
    expect(clara.page.get_by_role("link", name=clara.words("rail.yourProfile"))).to_be_visible()
    assert not violations(clara.page, "own menu on a telephone")
    clara.page.keyboard.press("Escape")
    clara.joins("Ada")
    expect(rail).to_be_hidden()
    clara.goes_back()
    expect(rail).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_swiped_row(new_agent, new_crowd, language) -> None:
    """E72a: a row that is swiped shows transferring and closing, to the side where its language ends; closing can be taken back."""
    clara = new_agent(phone=True, language=language)
    new_crowd(["Ada", "Yusra"])
    clara.joins("Ada")
    clara.goes_back()
    finger = Finger(clara.page)
    aside = FAR if language == "ar" else -FAR
    row = clara.row("Ada", "active")
    item = clara.page.locator("parley-list section[data-state=active] .rows > li").filter(has_text="Ada")
    transfer = item.get_by_role("button", name=clara.words("chat.transfer"))
    close = item.get_by_role("button", name=clara.words("chat.close"))

    # To the other side, up and down, or a little: nothing.
    for by in (-aside, aside / 10):
        finger.swipes(row, by)
        expect(transfer).to_have_count(0)
    # Nobody is in the chat with Yusra, so there is nothing to hand over.
    finger.swipes(clara.row("Yusra", "waiting"), aside)
    expect(clara.page.locator("parley-list .actions")).to_have_count(0)
    expect(clara.root).to_be_hidden()

    finger.swipes(row, aside)
    expect(transfer).to_be_visible()
    expect(clara.root).to_be_hidden()
    for button in (transfer, close):
        assert min(box(button)["width"], box(button)["height"]) >= 44
    assert not violations(clara.page, "a row that is swiped")
    expect(row.get_by_text("Ada", exact=True)).to_be_in_viewport(ratio=1)
    nothing_sticks_out(clara.page)
    transfer.click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("transfer.title"))
    expect(dialog.get_by_role("radio").first).to_be_visible()
    dialog.get_by_role("button", name=clara.words("transfer.cancel")).click()
    expect(transfer).to_have_count(0)

    finger.swipes(row, aside)
    close.click()
    toast = clara.page.locator(".toast[data-held]")
    expect(toast).to_contain_text("Ada")
    toast.get_by_role("button", name=clara.words("held.takeBack")).click()
    expect(toast).to_have_count(0)
    clara.page.wait_for_timeout(5_500)
    clara.sees_row("Ada", "active")
    finger.swipes(row, aside)
    close.click()
    clara.sees_row("Ada", "closed")


def test_a_touch_elsewhere_closes_the_row(new_agent, new_crowd) -> None:
    """E72a: what is open closes with the next touch or with scrolling, and a tap on a row still opens its chat."""
    clara = new_agent(phone=True)
    new_crowd(["Ada"])
    clara.joins("Ada")
    clara.goes_back()
    finger = Finger(clara.page)
    row = clara.row("Ada", "active")
    actions = clara.page.locator("parley-list .actions")
    finger.swipes(row, -FAR)
    expect(actions).to_be_visible()
    clara.page.get_by_role("heading", name=clara.words("list.active")).tap()
    expect(actions).to_have_count(0)
    x, y = (box(row)["x"] + 100, box(row)["y"] + 20)
    finger.moves((x, y), (x - 5, y + 60))
    expect(actions).to_have_count(0)
    row.tap()
    expect(clara.composer).to_be_visible()


def test_swiped_message(new_visitor, new_agent) -> None:
    """E72b: an own message that is swiped aside is deleted after a moment in which it can be taken back; nobody else's can be."""
    clara = new_agent(phone=True)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you work on Sundays?")
    clara.joins("Ada Moreau")
    clara.writes("Yes, until noon.")
    ada.sees("Yes, until noon.")
    clara.looks()
    clara.sees_tick("Yes, until noon.", "seen")
    finger = Finger(clara.page)
    toast = clara.page.locator(".toast[data-held]")
    finger.swipes(clara.message("Do you work on Sundays?"), -FAR)
    expect(toast).to_have_count(0)
    finger.swipes(clara.message("Yes, until noon."), -40)
    expect(toast).to_have_count(0)
    finger.swipes(clara.message("Yes, until noon."), -FAR)
    expect(toast).to_contain_text(clara.words("held.deleting"))
    toast.get_by_role("button", name=clara.words("held.takeBack")).click()
    clara.page.wait_for_timeout(5_500)
    ada.sees_once("Yes, until noon.")
    finger.swipes(clara.message("Yes, until noon."), -FAR)
    expect(ada.message("Yes, until noon.")).to_have_count(0)
    expect(clara.message("Yes, until noon.")).to_have_count(0)
    assert not violations(clara.page, "a deleted message")


def test_new_messages_below(new_visitor, new_agent) -> None:
    """E72c: who reads further up is not moved: a pill floats over the thread, counts what came and leads to it."""
    clara = new_agent(phone=True)
    ada = new_visitor()
    ada.begins()
    ada.writes("First")
    clara.joins("Ada Moreau")
    for number in range(8):
        clara.writes(f"A long answer {number}.\n" + "It goes on and on, line by line.\n" * 6)
    Finger(clara.page).pulls(clara.log, 300)
    pill = clara.root.locator(".pill")
    expect(pill).to_be_visible()
    clara.page.wait_for_timeout(1_000)
    place = clara.log.evaluate("log => log.scrollTop")
    ada.writes("One more thing")
    expect(pill).to_have_accessible_name(clara.words.like("thread.missed", count="1"))
    assert clara.log.evaluate("log => log.scrollTop") == place
    assert box(pill)["height"] >= 44
    pill.tap()
    expect(pill).to_be_hidden()
    expect(clara.message("One more thing")).to_be_in_viewport()


COUNT_TICKS = "() => { window.ticks = []; navigator.vibrate = length => window.ticks.push(length) > 0; }"


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_pull_to_refresh(new_agent, new_crowd, motion) -> None:
    """E73: lists that are pulled down connect anew and say so; the finger feels it, unless its owner wishes for little motion."""
    clara = new_agent(phone=True, reduced_motion=motion)
    clara.page.evaluate(COUNT_TICKS)
    lines: list[str] = []
    clara.page.on("websocket", lambda socket: lines.append(socket.url))
    finger = Finger(clara.page)
    heading = clara.page.get_by_role("heading", name=clara.words("list.waiting"))
    pull = clara.page.locator("parley-list .pull")
    finger.pulls(heading, 60)
    clara.page.wait_for_timeout(300)
    assert lines == []
    finger.pulls(heading, 260, lifts=False)
    expect(pull).to_have_text(clara.words("list.letGo"))
    finger.lifts()
    expect(pull).to_have_text(clara.words("list.refreshing"))
    expect(pull).to_be_hidden()
    assert len(lines) == 1, lines
    assert clara.page.evaluate("window.ticks") == ([10] if motion == "no-preference" else [])
    new_crowd(["Ada"])
    clara.sees_row("Ada", "waiting")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_is_for_thumbs(new_agent, new_crowd, language) -> None:
    """E73: whatever an agent aims at on a telephone has 44 pixels in both directions, and nothing sticks out."""
    clara = new_agent(phone=True, language=language)
    new_crowd(["Ada"])
    page, words = clara.page, clara.words
    small: list[str] = []

    def measure(place: str) -> None:
        nothing_sticks_out(page)
        small.extend(f"{place}: {found}" for found in too_small(page))

    measure("lists")
    page.get_by_role("button", name=words("filter.title")).click()
    measure("filter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words("filter.export")).click()
    measure("files")
    page.keyboard.press("Escape")
    page.locator("parley-rail .place.you").click()
    measure("own menu")
    page.keyboard.press("Escape")
    page.locator("parley-rail button[popovertarget=notice-centre]").click()
    measure("notices")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").fill("Ada")
    expect(page.locator("parley-list .found .row").first).to_be_visible()
    measure("search")
    page.get_by_role("searchbox").fill("")
    clara.joins("Ada")
    clara.writes("Good morning")
    measure("chat")
    clara.message("Good morning").get_by_role("button").first.click()
    measure("own message")
    page.get_by_role("button", name=words("revising.edit")).click()
    measure("own message that is changed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words("emoji.open")).click()
    expect(page.locator(".emoji-place").get_by_role("button").first).to_be_visible()
    measure("emoji")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words("note.mode")).click()
    measure("note")
    page.get_by_role("button", name=words("composer.mode")).click()
    page.get_by_role("button", name=words("chat.transfer")).click()
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    measure("transfer")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words("chat.panel")).click()
    measure("sidebar")
    assert not small, "\n".join(small)


@pytest.mark.broken_line
def test_without_a_connection(new_visitor, new_agent, parley) -> None:
    """E81: opened without a connection the console says so, keeps what was begun and takes more; back again each is sent once."""
    clara = new_agent(phone=True)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you work on Sundays?")
    clara.joins("Ada Moreau")
    clara.types("Yes, but")
    is_kept(clara, "Ada Moreau")
    parley.stop()
    clara.page.reload()
    expect(clara.page.get_by_role("heading", name=clara.words("shell.title"))).to_be_visible()
    chat = clara.page.get_by_role("group").filter(has_text="Ada Moreau")
    field = chat.get_by_role("textbox")
    expect(field).to_have_value("Yes, but")
    field.fill("Yes, until noon.")
    field.press("Enter")
    expect(chat.locator(".bubble")).to_have_text(re.compile("Yes, until noon"))
    field.fill("And on Mon")
    assert not violations(clara.page, "without a connection")
    nothing_sticks_out(clara.page)
    assert not too_small(clara.page)
    # Again, with what waits.
    clara.page.reload()
    expect(chat.locator(".bubble")).to_have_text(re.compile("Yes, until noon"))
    expect(field).to_have_value("And on Mon")

    parley.start()
    expect(clara.composer).to_have_value("And on Mon", timeout=40_000)
    clara.sees_once("Yes, until noon.")
    ada.sees("Yes, until noon.")
    clara.composer.fill("And on Mondays.")
    clara.composer.press("Enter")
    ada.sees_in_order("Do you work on Sundays?", "Yes, until noon.", "And on Mondays.")
    clara.page.reload()
    clara.sees_once("Yes, until noon.", "And on Mondays.")


@pytest.mark.broken_line
def test_a_server_that_does_not_answer(new_visitor, new_agent, parley) -> None:
    """E81: the server's page comes first; only while it does not answer the kept one opens, and it gives way as soon as there is one."""
    clara = new_agent(phone=True)
    new_visitor().begins()
    clara.joins("Ada Moreau")
    is_kept(clara, "Ada Moreau")
    clara.page.reload()
    expect(clara.composer).to_be_visible()
    parley.process.send_signal(signal.SIGSTOP)
    clara.page.reload()
    expect(clara.page.get_by_role("heading", name=clara.words("shell.title"))).to_be_visible()
    parley.process.send_signal(signal.SIGCONT)
    expect(clara.composer).to_be_visible(timeout=40_000)
    expect(clara.page.get_by_role("heading", name=clara.words("shell.title"))).to_have_count(0)


def test_signing_out_clears_what_was_kept(new_visitor, new_agent, parley) -> None:
    """E81: who signs out leaves no console behind that would open without a connection, and no name of a visitor."""
    clara = new_agent(phone=True)
    ada = new_visitor()
    ada.begins()
    ada.writes("Good morning")
    clara.joins("Ada Moreau")
    is_kept(clara, "Ada Moreau")
    kept = clara.page.evaluate("caches.match('/console').then(page => page.text())")
    assert clara.person.name not in kept and "Ada" not in kept, "the page itself is nobody's"
    clara.goes_back()
    clara.page.locator("parley-rail .place.you").click()
    clara.page.get_by_role("button", name=clara.words("rail.signOut"), exact=True).click()
    clara.page.wait_for_url(lambda address: not address.endswith("/console"))
    clara.waits_until(lambda: not clara.page.evaluate("caches.has('parley-console')"), lambda: "the console is still kept")


def is_kept(agent: Agent, name: str) -> None:
    """The browser has put the console and this chat away for no connection."""
    look = """async name => {
        const [page, kept] = await Promise.all(["/console", "/console/kept"].map(address => caches.match(address)));
        const { active } = await navigator.serviceWorker.ready;
        return page !== undefined && kept !== undefined && active !== null && (await kept.text()).includes(name);
    }"""
    agent.waits_until(lambda: bool(agent.page.evaluate(look, name)), lambda: f"{name} is not kept")


def place_texts(places: list[Locator]) -> list[str]:
    return [text for place in places for text in place.locator("span:visible").all_inner_texts()]


def too_small(page: Page) -> list[str]:
    """What can be pressed, is in view and is not a link inside of words. A field or box is pressed by its label, too."""
    found: list[str] = page.evaluate(
        """() => {
            const open = [...document.querySelectorAll("dialog[open], [popover]:popover-open")].at(-1);
            const targets = (open ?? document).querySelectorAll(
                "button, a[href], input:not([type=hidden]), select, textarea, summary, [role=radio]");
            const small = [];
            for (const target of targets) {
                const area = target.closest("label") ?? target;
                const { width, height } = area.getBoundingClientRect();
                const isSeen = target.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
                const isInWords = target.matches("a") && target.closest("p, li, dd, time") !== null && !target.matches(".row, .button");
                if (!isSeen || isInWords || (width >= 43.5 && height >= 43.5)) continue;
                const name = target.getAttribute("aria-label") ?? target.textContent.trim();
                small.push(`${target.localName}.${target.className} “${name.slice(0, 30)}” ${width.toFixed(0)} x ${height.toFixed(0)}`);
            }
            return small;
        }"""
    )
    return found
