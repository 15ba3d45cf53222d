"""The people of the journeys: what they do and what they see. What that proves is said in the journeys."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

import village
from program import Program
from words import Words

PATIENCE_SECONDS = 15

# Not on the server's disk yet; the widget tells apart whether it is on its way.
UNSENT = ["waiting", "sending"]


class Reader:
    """Somebody with a thread on the screen: what the widget and the console have in common."""

    # Where the catalogue keeps the lines of the system.
    lines = ""

    def __init__(self, page: Page, root: Locator, program: Program, words: Words) -> None:
        self.page, self.root, self.program, self.words = page, root, program, words

    @property
    def log(self) -> Locator:
        return self.root.get_by_role("log")

    @property
    def bubbles(self) -> Locator:
        return self.log.locator(".bubble:not(.welcome)")

    @property
    def composer(self) -> Locator:
        return self.root.get_by_role("textbox", name=self.words.like("composer.label"))

    def message(self, text: str) -> Locator:
        return self.bubbles.filter(has=self.page.get_by_text(text, exact=True))

    def writes(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")

    def types(self, text: str) -> None:
        self.composer.press_sequentially(text, delay=30)

    def looks(self) -> None:
        """Only a window with the focus counts as looked at, and a browser has one of those."""
        self.page.bring_to_front()

    def sees(self, text: str) -> None:
        self.looks()
        expect(self.message(text)).to_be_visible()

    def sees_once(self, *texts: str) -> None:
        for text in texts:
            expect(self.message(text)).to_have_count(1)

    def sees_in_order(self, *texts: str) -> None:
        """Each once, one below the other; others may stand between."""
        self.sees_once(*texts)
        shown = self.bubbles.locator("> p").all_inner_texts()
        places = [shown.index(text) for text in texts]
        assert places == sorted(places), f"the thread reads {shown}"

    def sees_line(self, key: str, **values: str) -> None:
        """A line of the system, such as that somebody joined."""
        expect(self.log.get_by_text(self.words.like(f"{self.lines}.{key}", **values)).last).to_be_visible()

    def sees_tick(self, text: str, state: str) -> None:
        """The tick stands at the last message of a group that got equally far, so it may be some bubbles below."""
        expect(self.message(text).first).to_be_visible()
        self.waits_until(lambda: self.tick_of(text) in (UNSENT if state == "unsent" else [state]), lambda: f"the tick of “{text}” says {self.tick_of(text)}, not {state}")

    def tick_of(self, text: str) -> str | None:
        found: str | None = self.message(text).first.evaluate(
            """bubble => {
                for (let next = bubble; next; next = next.nextElementSibling) {
                    const tick = next.querySelector("[data-tick]");
                    if (tick) return tick.getAttribute("aria-label") ? tick.dataset.tick : "a picture without words";
                }
                return null;
            }"""
        )
        return found

    def colour_of(self, text: str) -> str:
        """What the bubble is painted with, however it is written in the style sheet."""
        return str(self.message(text).evaluate("bubble => getComputedStyle(bubble).backgroundColor"))

    def sees_author(self, text: str, name: str) -> None:
        expect(self.message(text)).to_contain_text(name)

    def waits_until(self, holds: Callable[[], bool], complaint: Callable[[], str], seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, complaint()
            self.page.wait_for_timeout(50)


class Visitor(Reader):
    """Somebody on a website that carries the widget."""

    lines = "thread"

    def __init__(self, page: Page, program: Program, website: village.Website, language: str = "en") -> None:
        self.widget = page.locator("parley-widget")
        super().__init__(page, self.widget.get_by_role("dialog"), program, Words(language, "widget"))
        self.website = website

    def visits(self, page: village.WebPage = village.HOME) -> None:
        self.page.goto(self.program.url(self.website.host, page.path))

    def follows_link(self, page: village.WebPage) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=page.link).click()
        self.page.wait_for_url(self.program.url(self.website.host, page.path))

    @property
    def launcher(self) -> Locator:
        return self.widget.locator("[aria-expanded]").first

    def opens_widget(self) -> None:
        self.looks()
        self.launcher.click()
        expect(self.root).to_be_visible()

    def minimises(self) -> None:
        self.root.get_by_role("button", name=self.words("header.minimise")).click()
        expect(self.root).to_be_hidden()

    # The form

    def field(self, name: str) -> Locator:
        return self.root.get_by_label(re.compile("^" + re.escape(self.words(f"form.{name}"))))

    def fills_form(self, name: str = "Ada Moreau", email: str = "ada@example.com", phone: str = "+33 6 12 34 56 78") -> None:
        self.field("name").fill(name)
        self.field("email").fill(email)
        self.field("phone").fill(phone)

    def presses_start(self) -> None:
        self.root.get_by_role("button", name=self.words("form.start")).click()

    def starts_chat(self) -> None:
        self.presses_start()
        expect(self.composer).to_be_editable()

    def begins(self, name: str = "Ada Moreau") -> None:
        """From the page to the composer."""
        self.visits()
        self.opens_widget()
        self.fills_form(name)
        self.starts_chat()

    def leaves_message(self, text: str) -> None:
        self.root.get_by_role("textbox", name=self.words("offline.message")).fill(text)
        self.root.get_by_role("button", name=self.words("offline.send")).click()

    # The chat

    def closes_chat(self) -> None:
        self.presses_close()
        self.root.get_by_role("alertdialog").get_by_role("button", name=self.words("closing.yes")).click()

    def presses_close(self) -> None:
        self.root.locator(".head").get_by_role("button", name=self.words("header.close")).click()

    def cannot_write(self) -> None:
        expect(self.composer).to_have_count(0)

    def sees_typing(self, pseudonym: str) -> None:
        expect(self.root.get_by_text(self.words.like("typing", names=pseudonym))).to_be_visible()

    def sees_that_all_are_offline(self) -> None:
        expect(self.root.get_by_role("button", name=self.words("offline.send"))).to_be_visible()
        expect(self.root.get_by_text(self.words("offline.title")).first).to_be_visible()

    def sees_that_the_line_is_cut(self) -> None:
        expect(self.root.get_by_text(self.words("connection.lost"))).to_be_visible()

    def sees_unread_on_launcher(self, count: int) -> None:
        expect(self.launcher).to_have_accessible_name(re.compile(rf"\b{count}\b"))


class Console(Reader):
    """Somebody who signed in and looks at the three lists."""

    lines = "line"

    def __init__(self, page: Page, program: Program, person: village.Person, language: str = "en") -> None:
        super().__init__(page, page.locator("parley-chat"), program, Words(language, "console"))
        self.person, self.language = person, language

    def sign_in(self) -> None:
        self.page.goto(self.program.url(self.person.host, village.sign_in_path(self.person)))
        if self.language != self.person.language:
            self.chooses_language()
        self.sees_lists()

    def chooses_language(self) -> None:
        """At the foot of every page that is no console; the browser keeps it."""
        self.page.goto(self.program.url(self.person.host, "/profile"))
        self.page.locator(f"a[hreflang={self.language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        self.page.goto(self.program.url(self.person.host, "/console"))

    def sees_lists(self) -> None:
        lists = self.page.locator("parley-list")
        expect(lists.get_by_role("heading", name=self.words("list.title"), level=1)).to_be_visible()
        expect(lists).not_to_have_attribute("aria-busy", "true")

    @property
    def rows(self) -> Locator:
        return self.page.locator("parley-list a.row")

    def row(self, name: str, state: str | None = None) -> Locator:
        """In one of the lists (waiting, active, closed), or anywhere."""
        place = self.page.locator(f"parley-list section[data-state={state}]") if state else self.page.locator("parley-list")
        return place.get_by_role("link").filter(has_text=name)

    def sees_row(self, name: str, state: str) -> None:
        expect(self.row(name, state)).to_be_visible()

    def sees_order(self, state: str, *names: str) -> None:
        """From the top; other rows may stand between, for the village has a past."""
        rows = self.page.locator(f"parley-list section[data-state={state}] a.row")

        def order() -> list[str]:
            return [name for text in rows.all_inner_texts() for name in names if name in text]

        self.waits_until(lambda: order() == list(names), lambda: f"{state} shows {order()}")

    def opens(self, name: str, state: str | None = None) -> None:
        self.looks()
        self.row(name, state).click()
        expect(self.root.get_by_role("heading", name=name)).to_be_visible()
        expect(self.log).not_to_have_attribute("aria-busy", "true")

    def goes_back(self) -> None:
        self.root.get_by_role("button", name=self.words("chat.back")).click()

    @property
    def header(self) -> Locator:
        """Over the thread: the visitor, the website, the page."""
        return self.root.locator("header").first

    def sees_page(self, title: str) -> None:
        """Where the visitor is now, beside the chat."""
        expect(self.header.get_by_title(title)).to_be_visible()


class Agent(Console):
    def attention(self) -> int:
        """The number in the title of the tab, for whoever looks elsewhere."""
        found = re.search(r"\d+", self.page.title())
        return int(found[0]) if found else 0

    def sees_ring(self, name: str, *, more_than: int) -> None:
        """A row among those who wait, a notice in the page, and a higher number in the title of the tab."""
        self.sees_row(name, "waiting")
        self.waits_until(lambda: self.attention() > more_than, lambda: f"the title is still {self.page.title()}")

    def joins(self, name: str) -> None:
        """A click on somebody who waits is the answer (E27a)."""
        self.opens(name, "waiting")
        expect(self.composer).to_be_editable()

    def presses_join(self) -> None:
        self.root.get_by_role("button", name=self.words("chat.join")).click()
        expect(self.composer).to_be_editable()

    def leaves(self) -> None:
        self.root.get_by_role("button", name=self.words("chat.leave")).click()

    def hands_over(self, name: str, reason: str = "", *, stays: bool = False) -> None:
        """Asks a colleague, by the button over the thread."""
        self.root.get_by_role("button", name=self.words("chat.transfer")).click()
        dialog = self.page.get_by_role("dialog", name=self.words("transfer.title"))
        dialog.get_by_role("radio", name=name).check()
        dialog.get_by_role("textbox").fill(reason)
        dialog.get_by_role("button", name=self.words("transfer.stay" if stays else "transfer.leave")).click()
        expect(dialog).to_have_count(0)

    def closes_chat(self) -> None:
        self.root.get_by_role("button", name=self.words("chat.close")).click()

    def sees_typing(self, name: str) -> None:
        expect(self.log.get_by_text(self.words("thread.types", name=name))).to_be_visible()

    def sees_unread(self, name: str, count: int) -> None:
        expect(self.row(name).get_by_text(self.words.like("list.unread", count=str(count)))).to_be_attached()

    def sees_no_unread(self, name: str) -> None:
        expect(self.row(name).get_by_text(self.words.like("list.unread"))).to_have_count(0)

    def sets_status(self, status: str) -> None:
        self.page.locator("parley-rail button.you").click()
        self.page.get_by_role("radio", name=self.words(f"status.{status}")).click()
        expect(self.page.get_by_role("radiogroup")).to_be_hidden()


class Manager(Console):
    def cannot_write(self) -> None:
        expect(self.root.get_by_text(self.words("chat.readOnly"))).to_be_visible()
        expect(self.root.get_by_role("textbox")).to_have_count(0)
        for key in ("chat.join", "chat.leave", "chat.close"):
            expect(self.root.get_by_role("button", name=self.words(key))).to_be_hidden()


class Administrator:
    """Somebody with the administration pages, which are forms that post and need no scripts."""

    def __init__(self, page: Page, program: Program, person: village.Person, language: str = "en") -> None:
        self.page, self.program, self.person = page, program, person
        self.sites, self.pages = Words(language, "sites"), Words(language, "pages")
        self.refusals = Words(language, "refusal")

    def sign_in(self) -> None:
        self.page.goto(self.program.url(self.person.host, village.sign_in_path(self.person)))

    def goes_to(self, path: str) -> None:
        self.page.goto(self.program.url(self.person.host, path))

    def fills(self, label: str, value: str) -> None:
        self.page.get_by_role("textbox", name=re.compile("^" + re.escape(label))).first.fill(value)

    def presses(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def creates_site(self, name: str, origin: str) -> str:
        """Answers the snippet for its pages."""
        self.goes_to("/admin/sites/new")
        self.fills(self.sites("form.name"), name)
        self.fills(self.sites("form.domain"), origin.split("/")[2].split(":")[0])
        self.fills(self.sites("form.origins"), origin)
        self.presses(self.sites("form.add"))
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        return self.page.locator("#embed").inner_text()

    def invites(self, name: str, email: str, pseudonym: str) -> str:
        """Answers the link to hand over."""
        self.goes_to("/admin/agents/new")
        self.fills(self.pages("field.personName"), name)
        self.fills(self.pages("field.email"), email)
        self.fills(self.pages("field.pseudonym"), pseudonym)
        self.page.get_by_role("checkbox", name=re.compile("^" + self.pages("role.agent"))).check()
        self.presses(self.pages("form.save"))
        return self.page.locator("#one-time-link").inner_text()

    def assigns(self, name: str, site: str, pseudonym: str) -> None:
        self.goes_to("/admin/sites")
        self.page.get_by_role("link", name=site).click()
        team = self.page.locator("#team")
        team.get_by_role("combobox", name=self.sites("team.agent")).select_option(label=name)
        self.presses(self.sites("team.add"))
        member = self.page.locator("#team details").filter(has_text=name)
        if member.get_attribute("open") is None:
            member.locator("summary").click()
        member.get_by_role("textbox", name=self.sites("team.pseudonym")).fill(pseudonym)
        member.get_by_role("button", name=self.pages("form.save")).click()
        expect(self.page.locator("#team summary").filter(has_text=name)).to_contain_text(pseudonym)

    def opens_invitation(self, page: Page, link: str, password: str) -> None:
        """What the invited person does with the link, on another computer."""
        page.goto(link)
        page.get_by_label(self.pages("field.password")).fill(password)
        page.get_by_role("button", name=self.pages("invitation.submit")).click()

    def gives_logo(self, site: str, picture: str) -> None:
        self.goes_to("/admin/sites")
        self.page.get_by_role("link", name=site).click()
        self.page.get_by_label(self.sites("logo.choose")).set_input_files(picture)
