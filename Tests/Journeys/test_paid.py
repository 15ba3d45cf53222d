"""Questions that are paid when they are answered in time: what the customer and the expert see, and whose the credit is."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import village
from people import Agent, Reader
from program import Program
from test_accessibility import SCHEMES, violations
from words import Words

# What the village's customer has to begin with.
GIFT = 3


class Customer(Reader):
    """Somebody with an account, on the page of their thread with an expert."""

    lines = "thread"

    def __init__(self, page: Page, program: Program, person: village.Person) -> None:
        super().__init__(page, page.locator("parley-talk"), program, Words("en", "widget"))
        self.person, self.deal = person, Words("en", "talk")

    @property
    def composer(self) -> Locator:
        return self.root.get_by_role("textbox")

    @property
    def bar(self) -> Locator:
        """Above the composer: how the question stands and what is left."""
        return self.root.locator(".deal")

    def begins_with(self, expert: village.Person) -> None:
        self.page.goto(self.program.url(self.person.host, village.sign_in_path(self.person)))
        self.page.get_by_role("link", name=expert.pseudonym).click()
        self.page.get_by_role("button", name=Words("en", "deals")("expert.ask")).click()
        expect(self.page).to_have_url(re.compile(r"/conversations/\d+"))
        expect(self.composer).to_be_editable()

    def has(self, credits: int) -> None:
        expect(self.bar).to_contain_text(re.compile(rf"\u2068?{credits} credits?\u2069? left"))

    def reads(self, key: str, **values: str) -> None:
        expect(self.bar.get_by_text(self.deal.like(f"deal.{key}", **values))).to_be_visible()

    def reads_line(self, key: str) -> None:
        expect(self.log.get_by_text(self.deal(f"line.{key}")).last).to_be_visible()


def lets_minutes_pass(page: Page, parley: Program, minutes: int) -> None:
    lets_seconds_pass(page, parley, minutes * 60)


def lets_seconds_pass(page: Page, parley: Program, seconds: int) -> None:
    """The clock of the demo goes forward, for the whole program."""
    home = parley.url(village.FRONT, "").rstrip("/")
    page.goto(f"{home}/dev")
    token = page.locator('form[action="/dev/clock"] input[name=form_token]').first.input_value()
    form = {"seconds": str(seconds), "form_token": token}
    answer = page.request.post(f"{home}/dev/clock", form=form, headers={"Origin": home}, max_redirects=0)
    assert answer.status == 303, answer.text()


def due(emil: Agent) -> Locator:
    """By when to answer, above where one writes."""
    return emil.root.locator(".due")


def close_button(emil: Agent) -> Locator:
    return emil.root.get_by_role("button", name=emil.words("chat.close"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_question_is_answered(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program, scheme: str) -> None:
    """A17, A18, A19, A21, A27, A29, A35, A41: a credit is held with the question, both count down, and the answer takes it."""
    lina = Customer(new_page(phone=True, color_scheme=scheme), parley, village.LINA)
    lina.begins_with(village.EMIL)
    lina.has(GIFT)
    lina.reads("offline", name="Emil")
    expect(lina.root.get_by_text(lina.deal.like("deal.cost", amount="1 credit"))).to_be_visible()
    found = violations(lina.page, "a paid thread before the first question")
    emil = new_agent(village.EMIL, color_scheme=scheme)
    expect(lina.root.locator(".head")).to_contain_text(lina.deal("expert.chat"))

    lina.writes("My landlord keeps the deposit. What do I write first?")
    lina.has(GIFT - 1)
    lina.reads("held")
    lina.reads("waits", name="Emil")
    expect(lina.bar.get_by_role("timer")).to_contain_text(re.compile(r"\d+ min"))
    expect(emil.row("Lina Okafor", "waiting")).to_contain_text(re.compile(r"(59|60) min"))
    emil.joins("Lina Okafor")
    emil.sees("My landlord keeps the deposit. What do I write first?")
    expect(due(emil)).to_contain_text(re.compile(r"Answer by .+(59|60) min.* left"))
    expect(close_button(emil)).to_be_hidden()
    found += violations(lina.page, "a question that waits") + violations(emil.page, "a question to answer")

    emil.writes("A letter that names the day you moved out.")
    lina.sees("A letter that names the day you moved out.")
    expect(lina.bar.get_by_role("timer")).to_be_hidden()
    lina.has(GIFT - 1)
    expect(lina.bar).to_contain_text(lina.deal.like("deal.asked", count="1"))
    expect(due(emil)).to_be_hidden()
    expect(close_button(emil)).to_be_visible()
    assert found == []


def test_nobody_answers(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """X1, X3, A20: at 45 minutes the customer is told, at the hour the credit comes back by itself, and a late answer is free."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    lina.writes("Is a verbal agreement worth anything?")
    lina.has(GIFT - 1)
    watchmaker = new_page()
    lets_minutes_pass(watchmaker, parley, 46)
    lina.reads_line("late")
    lina.reads("late", name="Emil")
    expect(lina.bar.get_by_role("timer")).to_contain_text(re.compile(r"1[34] min"))
    lets_minutes_pass(watchmaker, parley, 15)
    lina.reads_line("released")
    lina.reads("released", amount="1 credit")
    lina.has(GIFT)

    emil = new_agent(village.EMIL)
    emil.joins("Lina Okafor")
    emil.sees_line("questionReleased")
    expect(due(emil)).to_be_hidden()
    emil.writes("Yes, with a witness.")
    lina.sees("Yes, with a witness.")
    lina.has(GIFT)


def test_credit_is_used_up(new_page: Callable[..., Page], parley: Program) -> None:
    """A17, A24, A26: without credit nothing is sent, what was written stays, also through a reload, and the way to more stands beside it."""
    lina = Customer(new_page(phone=True), parley, village.LINA)
    lina.begins_with(village.EMIL)
    for number in range(GIFT):
        lina.writes(f"Question {number + 1}")
        lina.has(GIFT - 1 - number)
    lina.composer.fill("One more")
    lina.composer.press("Enter")
    expect(lina.bar.get_by_role("alert")).to_have_text(lina.deal("deal.missing"))
    expect(lina.composer).to_have_value("One more")
    buy = lina.bar.get_by_role("link", name=lina.deal("buy.credits"))
    expect(buy).to_have_attribute("href", re.compile(r"^/buy\?back=%2Fconversations%2F\d+$"))
    lina.page.reload()
    expect(lina.composer).to_have_value("One more")
    lina.sees_in_order("Question 1", "Question 2", "Question 3")
    expect(lina.message("One more")).to_have_count(0)


def test_copies_of_others_hold_no_paid_thread(new_page: Callable[..., Page], parley: Program) -> None:
    """A39, A40: an administrator's copy of what is kept about a customer has nothing of a paid thread; the customer's own has all of it."""
    lina, ada = new_page(), new_page()
    customer = Customer(lina, parley, village.LINA)
    customer.begins_with(village.EMIL)
    customer.composer.fill("Something between the two of us")
    customer.composer.press("Enter")
    customer.has(GIFT - 1)

    def copy(page: Page, person: village.Person, path: str, button: str) -> str:
        page.goto(parley.url(person.host, path))
        page.get_by_role("button", name=button).first.click()
        link = page.get_by_role("link", name="Download")
        for _ in range(40):
            if link.count():
                break
            page.wait_for_timeout(250)
            page.goto(parley.url(person.host, path))
        with page.expect_download() as download:
            link.first.click()
        with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())

    ada.goto(parley.url(village.ADMINISTRATOR.host, village.sign_in_path(village.ADMINISTRATOR)))
    found = copy(ada, village.ADMINISTRATOR, "/admin/privacy?q=lina%40village.example", "Make an archive")
    assert "lina@village.example" in found and "Something between" not in found
    assert "Something between" in copy(lina, village.LINA, "/profile/privacy", "Get a copy of everything about me")


def test_session_ends_while_one_writes(new_page: Callable[..., Page], parley: Program) -> None:
    """X4, E76: who is signed out reads so at once and where to sign in; what was written then waits, and goes out once after it."""
    lina = Customer(new_page(), parley, village.LINA)
    lina.begins_with(village.EMIL)
    thread = lina.page.url
    other = lina.page.context.new_page()
    other.goto(parley.url(village.LINA.host, "/wallet"))
    other.locator("#you-menu, form[action='/sign-out']").first.wait_for(state="attached")
    other.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    banner = lina.root.locator(".banner")
    expect(banner).to_contain_text(lina.deal("session.over"))
    lina.writes("Does the deposit bear interest?")
    assert violations(lina.page, "a thread whose session is over") == []
    banner.get_by_role("link", name=lina.deal("session.signIn")).click()
    expect(lina.page).to_have_url(re.compile(r"/sign-in\?next="))

    lina.page.goto(parley.url(village.LINA.host, village.sign_in_path(village.LINA)))
    lina.page.goto(thread)
    lina.has(GIFT - 1)
    expect(lina.log.get_by_text("Does the deposit bear interest?")).to_have_count(1)
    lina.page.reload()
    lina.has(GIFT - 1)
    expect(lina.log.get_by_text("Does the deposit bear interest?")).to_have_count(1)
