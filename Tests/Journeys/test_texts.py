"""A telephone: its number is proved, a notice comes to it, and STOP ends that."""

import re
import time
from collections.abc import Callable

from people import Agent, Visitor
from playwright.sync_api import Page, expect

import village
from program import Program
from words import Words

WORDS, NOTICES, DEV = Words("en", "texting"), Words("en", "notices"), Words("en", "demo")
NUMBER = "+33 6 12 34 56 78"
# Who has just left counts as there for some seconds.
PATIENCE_SECONDS = 60


def newest(page: Page, program: Program, words: str) -> str:
    """The text that the telephone got last, once it has these words."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        page.goto(program.url("localhost", "/dev/texts"))
        texts = page.locator("[data-text] pre")
        if texts.count() and words in (found := texts.first.inner_text()):
            return found
        time.sleep(0.5)
    raise AssertionError(f"no text with {words}")


def answers(page: Page, text: str) -> None:
    """The telephone answers what came last."""
    box = page.locator("[data-text]").first
    box.get_by_label(DEV("dev.texts.answer")).fill(text)
    box.get_by_role("button", name=DEV("dev.texts.send")).click()


def test_notice_by_sms(
    new_agent: Callable[..., Agent], new_visitor: Callable[..., Visitor], new_page: Callable[..., Page], parley: Program
) -> None:
    """B9: Clara proves her number by the code that came to it, has what is written to her come there while she is away, and ends it by STOP."""
    clara, page, phone = new_agent(), new_page(), new_page()
    page.goto(parley.url(village.CLARA.host, village.sign_in_path(village.CLARA)))
    page.goto(parley.url(village.CLARA.host, "/profile/notices"))
    assert page.locator("input[name$='.sms']").count() == 0
    page.get_by_role("link", name=NOTICES("sms.open")).click()
    page.get_by_label(WORDS("phone.ask.label")).fill(NUMBER)
    page.get_by_role("button", name=WORDS("phone.ask.send")).click()
    expect(page.get_by_role("status")).to_have_text(WORDS("phone.done.sent"))
    code = re.search(r"\d{6}", newest(phone, parley, "is your code"))
    assert code
    page.get_by_label(WORDS("phone.waiting.code")).fill("000000" if code[0] != "000000" else "111111")
    page.get_by_role("button", name=WORDS("phone.waiting.prove")).click()
    expect(page.get_by_label(WORDS("phone.waiting.code"))).to_have_attribute("aria-invalid", "true")
    page.get_by_label(WORDS("phone.waiting.code")).fill(code[0])
    page.get_by_role("button", name=WORDS("phone.waiting.prove")).click()
    expect(page.get_by_role("heading", name=WORDS.like("phone.number", digits="78"))).to_be_visible()
    page.goto(parley.url(village.CLARA.host, "/profile/notices"))
    page.locator("input[name='newMessage.sms']").check()
    # It may be night where this is played.
    page.locator("input[name='quiet']").uncheck()
    page.get_by_role("button", name=Words("en", "pages")("form.save")).click()
    expect(page.locator("input[name='newMessage.sms']")).to_be_checked()
    ada = new_visitor()
    ada.begins("Ada Moreau")
    clara.joins("Ada Moreau")
    clara.page.close()
    ada.writes("Is the harbour open?")
    text = newest(phone, parley, "Ada Moreau")
    assert "Harbour Essays" in text and "/notices" in text and "Is the harbour open?" not in text
    answers(phone, "Stop")
    page.goto(parley.url(village.CLARA.host, "/profile/phone"))
    expect(page.get_by_text(WORDS("phone.stopped"))).to_be_visible()
    page.goto(parley.url(village.CLARA.host, "/profile/notices"))
    assert page.locator("input[name$='.sms']").count() == 0
    answers(phone, "START")
    page.goto(parley.url(village.CLARA.host, "/profile/notices"))
    expect(page.locator("input[name='newMessage.sms']")).to_be_checked()
