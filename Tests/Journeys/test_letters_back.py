"""Who left finds the answer in the mail, and the way back in the letter: on any device, and for good in an account."""

import re
from email.message import EmailMessage

from letters import letter_about, plain_text
from people import Reader
from playwright.sync_api import Page, expect
from test_accounts import PASSWORD, has_no_faults
from words import Words

import village

LINK = re.compile(r"http://\S+/(?:sign-up/[0-9a-f]{32}|threads/\S+)")


class Returned(Reader):
    """Somebody on the page that a letter's link, or the list of their own conversations, opened."""

    lines = "thread"

    def __init__(self, page: Page, parley) -> None:
        super().__init__(page, page.locator("parley-talk"), parley, Words("en", "widget"))


def link_in(letter: EmailMessage) -> str:
    return LINK.search(plain_text(letter))[0]


def passes(page: Page, parley) -> None:
    """Some time, by the clock of /dev."""
    page.goto(parley.url(village.FRONT, "/dev"))
    page.locator("button[name=seconds]").first.click()
    page.wait_for_timeout(1_000)


def test_answer_comes_by_mail(new_visitor, new_agent, new_page, parley, picture) -> None:
    """X4, X6, A22, A23, A30: an answer to who left goes by mail, its link goes on with the thread on a phone, and an account keeps it."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("What does it cost?")
    clara.joins("Ada Moreau")
    ada.page.close()
    clara.writes("Twenty euros a page.")
    clara.writes("Students pay fifteen.")
    # Who went a few seconds ago still counts as there.
    watchmaker = new_page()
    letter = letter_about(parley, "Clara answered you", lambda: passes(watchmaker, parley))
    assert letter["To"].addresses[0].addr_spec == "ada@example.com"
    assert "> Twenty euros a page.\n> \n> Students pay fifteen." in plain_text(letter)
    expect(clara.message("Students pay fifteen.")).to_contain_text("Emailed at")

    phone = Returned(new_page(phone=True), parley)
    phone.page.goto(link_in(letter))
    phone.sees_in_order("What does it cost?", "Twenty euros a page.")
    has_no_faults(phone.page)
    picture(phone.page, "thread-from-letter-phone")
    phone.writes("From the train")
    clara.sees("From the train")
    expect(clara.message("Students pay fifteen.")).to_contain_text("Opened from the letter at")
    picture(clara.page, "opened-from-letter")
    clara.writes("Have a good journey.")
    phone.sees("Have a good journey.")
    phone.page.reload()
    phone.sees_in_order("What does it cost?", "Twenty euros a page.", "From the train", "Have a good journey.")

    phone.page.get_by_role("link", name="open an account").click()
    phone.page.get_by_label("Mail address").fill("ada@example.com")
    phone.page.get_by_label("Password").fill(PASSWORD)
    phone.page.get_by_role("button", name="Open the account").click()
    phone.page.goto(link_in(letter_about(parley, "address")))
    phone.page.get_by_role("button", name="Confirm and go in").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("My conversations")
    has_no_faults(phone.page)
    picture(phone.page, "own-conversations")
    phone.page.get_by_role("link", name=village.HARBOUR.name).click()
    phone.sees_in_order("From the train", "Have a good journey.")
    phone.writes("From my account")
    clara.sees("From my account")
    # The letter leads who is signed in to the same place.
    phone.page.goto(link_in(letter))
    phone.page.wait_for_url(re.compile(r"/conversations/\d+$"))
    phone.sees("From my account")
