"""Prices for some, credit that the house gives, friends who bring friends, and the demo without an account: in browsers, from every side."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import village
from letters import letter_about, plain_text
from program import Program
from test_accessibility import violations
from test_accounts import letter_link
from test_buying import Buyer
from test_paid import Customer, lets_minutes_pass
from words import Words

PASSWORD = "a long walk by the river"
# Who wants to look at the pages says where the pictures go.
PICTURES = os.environ.get("PARLEY_PICTURES")


class Stranger(Buyer):
    """Somebody who opens an account by a letter, on the first page's host."""

    def __init__(self, page: Page, parley: Program, name: str, link: str = "") -> None:
        self.page, self.parley = page, parley
        self.person = village.Person(name.lower(), name, name, village.FRONT)
        if link:
            page.goto(link)
        else:
            self.visits("/sign-up")
        page.get_by_label("First name").fill(name)
        page.get_by_label("Mail address").fill(f"{name.lower()}@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Open the account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
        page.goto(letter_link(parley, "address"))
        page.get_by_role("button", name="Confirm and go in").click()
        expect(page.get_by_label("Name", exact=True)).to_have_value(name)

    def pays(self, pack: str) -> None:
        self.buys("Pay", pack)
        self.reads("Paid, thank you")


@pytest.fixture
def ada(new_page: Callable[..., Page], parley: Program) -> Buyer:
    return Buyer(new_page(), parley, village.ADMINISTRATOR)


def looked_at(page: Page, name: str) -> None:
    """Nothing is wider than a telephone, axe finds nothing; and a picture for who asked for one."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
        if PICTURES:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)
            page.emulate_media(color_scheme=None)
    found = violations(page, name)
    assert found == [], "\n".join(found)


def in_arabic(page: Page, name: str) -> None:
    if PICTURES:
        here = page.url
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{here}{'&' if '?' in here else '?'}language=ar")
        page.screenshot(path=Path(PICTURES) / f"{name}-arabic.png", full_page=True)
        page.goto(f"{here}{'&' if '?' in here else '?'}language=en")


def test_offer(new_page: Callable[..., Page], parley: Program, ada: Buyer) -> None:
    """A45a: an administrator makes an offer for who bought before; they find it in the bell, in a letter and in the shop, and buy it once."""
    nora = Stranger(new_page(), parley, "Nora")
    nora.pays("3 message credits")
    ada.visits("/admin/payments")
    ada.page.get_by_role("link", name="Offers").click()
    looked_at(ada.page, "offers-empty")
    ada.page.get_by_role("link", name="New offer").click()
    page = ada.page
    page.get_by_label("Name").fill("Come back")
    page.get_by_label("Pack", exact=True).select_option(label="8 message credits · €20.00")
    page.get_by_label("Special price").fill("15")
    page.get_by_label("Last purchase").select_option("within")
    ada.presses("Count the recipients")
    expect(page.get_by_role("status")).to_have_text("1 customer is in this segment now.")
    looked_at(page, "offer-draft")
    ada.visits("/admin/offers/new")
    in_arabic(page, "offer-draft")
    page.get_by_label("Name").fill("Come back")
    page.get_by_label("Pack", exact=True).select_option(label="8 message credits · €20.00")
    page.get_by_label("Special price").fill("15")
    page.get_by_label("Last purchase").select_option("within")
    ada.presses("Make the offer")
    expect(page.get_by_role("status")).to_contain_text("The offer is made")

    letter = plain_text(letter_about(parley, "€15.00"))
    assert "8 message credits" in letter and "instead of 8 message credits for €20.00" in " ".join(letter.split())
    stop = re.search(r"http://\S+/notices/stop/\S+", letter)
    assert stop and ".offer." in stop[0], letter
    nora.visits("/notices")
    expect(nora.page.get_by_text("An offer for you: 8 message credits")).to_be_visible()
    nora.visits("/buy")
    line = nora.page.get_by_role("link", name="7 message credits")
    expect(line).to_contain_text("€15.00 instead of €20.00")
    expect(line).to_contain_text("Your price until")
    looked_at(nora.page, "shop-with-offer")
    in_arabic(nora.page, "shop-with-offer")
    nora.chooses("7 message credits")
    nora.presses("Pay €15.00")
    nora.page.get_by_role("button", name="Pay", exact=True).click()
    nora.reads("Paid, thank you")
    nora.has(11)
    nora.visits("/buy")
    expect(nora.page.get_by_role("link", name="7 message credits")).not_to_contain_text("€15.00")

    ada.visits("/admin/offers")
    row = page.get_by_role("row", name=re.compile("Come back"))
    expect(row).to_contain_text("€5.00")
    looked_at(page, "offers")
    in_arabic(page, "offers")
    page.get_by_role("link", name="Come back").click()
    looked_at(page, "offer")
    ada.presses("End now")
    expect(page.get_by_text("ended", exact=True)).to_be_visible()


def test_offer_changes_meanwhile(new_page: Callable[..., Page], parley: Program, ada: Buyer) -> None:
    """A45a: a price that ended while its page lay open is asked about again; nothing is charged."""
    lina = Buyer(new_page(), parley, village.LINA)
    ada.visits("/admin/offers/new")
    page = ada.page
    page.get_by_label("Name").fill("For everybody")
    page.get_by_label("Pack", exact=True).select_option(label="8 message credits · €20.00")
    page.get_by_label("Free on top").fill("2")
    ada.presses("Make the offer")
    expect(page.locator("main")).to_contain_text(re.compile(r"Recipients\s*\d|Recipients"))
    for _ in range(50):
        lina.visits("/buy")
        if lina.page.get_by_text("+3 free").count():
            break
        lina.page.wait_for_timeout(100)
    lina.chooses("7 message credits")
    expect(lina.page.get_by_text("You get 10 message credits.")).to_be_visible()
    ada.presses("End now")
    lina.presses("Pay €20.00")
    expect(lina.page.get_by_role("alert")).to_contain_text("The price is another one now")
    expect(lina.page.get_by_text("You get 8 message credits.")).to_be_visible()


def test_gift_and_code(new_page: Callable[..., Page], parley: Program, ada: Buyer) -> None:
    """A45a: credit that is given says why; a code gives its units once, and a wrong one says so."""
    lina = Buyer(new_page(), parley, village.LINA)
    page = ada.page
    ada.visits("/admin/agents?q=lina")
    page.get_by_role("link", name="Lina Okafor").click()
    page.get_by_role("link", name="Give credit").click()
    page.get_by_label("Units", exact=True).fill("2")
    page.get_by_label("Reason").fill("For the long wait")
    ada.presses("Give")
    expect(page.get_by_role("status")).to_contain_text("The customer is told")
    looked_at(page, "gift")
    in_arabic(page, "gift")
    lina.has(5)
    expect(lina.page.get_by_text("For the long wait")).to_be_visible()

    ada.visits("/admin/codes")
    looked_at(page, "codes-empty")
    page.get_by_role("link", name="New code").click()
    page.get_by_label("Code", exact=True).fill("kite-day")
    page.get_by_label("Units", exact=True).fill("3")
    looked_at(page, "code")
    ada.presses("Save")
    expect(page.get_by_role("link", name="KITE-DAY")).to_be_visible()
    lina.visits("/buy")
    lina.page.get_by_label("Have a code?").fill("KITE-NIGHT")
    lina.presses("Use the code")
    expect(lina.page.get_by_label("Have a code?")).to_have_value("KITE-NIGHT")
    expect(lina.page.locator("#code-error")).to_have_text("We do not know this code.")
    looked_at(lina.page, "wrong-code")
    lina.page.get_by_label("Have a code?").fill("kite-day")
    lina.presses("Use the code")
    expect(lina.page.get_by_role("status")).to_contain_text("The code is used")
    lina.has(8)


def test_friend(new_page: Callable[..., Page], parley: Program, ada: Buyer) -> None:
    """P15: a friend comes by the link, opens an account and pays: both get a credit; the wallet counts and names nobody."""
    lina = Buyer(new_page(), parley, village.LINA)
    lina.visits("/wallet")
    expect(lina.page.get_by_text("Both of you get 1 message credit after your friend’s first purchase.")).to_be_visible()
    link = lina.page.get_by_label("Your link").input_value()
    omar = Stranger(new_page(), parley, "Omar", link)
    omar.visits("/buy")
    omar.pays("3 message credits")
    omar.has(4)
    expect(omar.page.get_by_text("Welcome: a friend brought you")).to_be_visible()
    lina.has(4)
    expect(lina.page.get_by_text("1 friend came by it. Earned: 1 message credit.")).to_be_visible()
    expect(lina.page.get_by_text("Omar")).to_have_count(0)
    looked_at(lina.page, "wallet-with-friends")
    in_arabic(lina.page, "wallet-with-friends")
    ada.visits("/admin/codes")
    expect(ada.page.get_by_role("row", name=re.compile("Lina Okafor"))).to_contain_text("Omar")
    looked_at(ada.page, "codes")


def test_trial_is_answered_by_the_demo(new_page: Callable[..., Page], parley: Program) -> None:
    """A45b: without an account: choose, buy with test money, write, get a scripted answer that says so, and keep the account by an address."""
    page = new_page()
    page.goto(parley.url(village.FRONT, "/"))
    page.get_by_role("link", name="Try it without an account").click()
    looked_at(page, "trial")
    in_arabic(page, "trial")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("You are trying this with test money")).to_be_visible()
    looked_at(page, "trial-experts")
    guest = Buyer.__new__(Buyer)
    guest.page, guest.parley, guest.person = page, parley, village.Person("guest", "Guest", "Guest", village.FRONT)
    guest.buys("Pay", "3 message credits")
    guest.reads("Paid, thank you")
    guest.visits("/experts")
    page.get_by_role("link", name="Emil").click()
    page.get_by_role("button", name=Words("en", "deals")("expert.ask")).click()
    thread = Customer(page, parley, guest.person)
    expect(thread.composer).to_be_editable()
    thread.writes("How long is a kite's line?")
    thread.has(2)
    expect(thread.log.get_by_text("This is a scripted answer of the demo")).to_be_visible(timeout=25_000)
    looked_at(page, "trial-answered")

    page.get_by_role("link", name="Keep this account").click()
    looked_at(page, "trial-keep")
    page.get_by_label("Mail address").fill("gwen@example.com")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("status")).to_contain_text("A letter is on its way")
    page.goto(letter_link(parley, "new address"))
    page.get_by_role("main").get_by_role("button").click()
    lets_minutes_pass(new_page(), parley, 25 * 60)
    fresh = new_page()
    fresh.goto(parley.url(village.FRONT, "/sign-in"))
    fresh.get_by_label("Mail address").fill("gwen@example.com")
    fresh.get_by_label("Password").fill(PASSWORD)
    fresh.get_by_role("button", name="Sign in").click()
    fresh.goto(parley.url(village.FRONT, "/wallet"))
    expect(fresh.locator('[data-unit="credits"] .balance')).to_have_text("2 message credits")
    expect(fresh.get_by_text("You are trying this")).to_have_count(0)
    parley.doctor()


def test_trial_is_answered_by_a_person(new_page: Callable[..., Page], new_agent: Callable[..., Any], parley: Program) -> None:
    """A45b: while somebody is signed in as the expert, they answer themselves; signing out ends the trial."""
    emil = new_agent(village.EMIL)
    page = new_page()
    page.goto(parley.url(village.FRONT, "/experts"))
    page.get_by_role("link", name="Try it without an account").click()
    page.get_by_role("button", name="Begin").click()
    guest = Buyer.__new__(Buyer)
    guest.page, guest.parley, guest.person = page, parley, village.Person("guest", "Guest", "Guest", village.FRONT)
    guest.buys("Pay", "3 message credits")
    guest.reads("Paid, thank you")
    guest.visits("/experts")
    page.get_by_role("link", name="Emil").click()
    page.get_by_role("button", name=Words("en", "deals")("expert.ask")).click()
    thread = Customer(page, parley, guest.person)
    expect(thread.composer).to_be_editable()
    thread.writes("How long is a kite's line?")
    emil.joins("Guest")
    page.wait_for_timeout(7000)
    expect(thread.log.get_by_text("scripted answer")).to_have_count(0)
    emil.writes("Thirty metres.")
    thread.sees("Thirty metres.")
    guest.visits("/wallet")
    page.locator("button[popovertarget=you-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(parley.url(village.FRONT, "/wallet"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
