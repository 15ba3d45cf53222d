"""Buying credit, in a browser: every way it can end, and every way in which somebody may try to get more than was paid."""

import hashlib
import hmac
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from letters import letter_about, plain_text
from playwright.sync_api import Page, expect

import village
from card_house import KEY, CardHouse, serving
from program import Program

axe = Axe()


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[CardHouse]:
    """The house takes transfers, too, and cards by Stripe."""
    monkeypatch.setenv("PARLEY_BANK_ACCOUNT", "Example Ltd, IBAN DE00 1234 5678")
    with serving(CardHouse()) as house:
        monkeypatch.setenv("PARLEY_STRIPE_KEY", KEY)
        monkeypatch.setenv("PARLEY_STRIPE_WEBHOOK_SECRET", house.secret)
        monkeypatch.setenv("PARLEY_STRIPE_ADDRESS", house.address)
        yield house


class Buyer:
    def __init__(self, page: Page, parley: Program, person: village.Person = village.CLARA) -> None:
        self.page, self.parley, self.person = page, parley, person
        page.goto(parley.url(person.host, village.sign_in_path(person)))

    def visits(self, path: str) -> None:
        self.page.goto(self.parley.url(self.person.host, path))

    def chooses(self, pack: str = "7 message credits", way: str = "Test payment") -> None:
        self.visits("/buy")
        self.page.get_by_role("link", name=pack).click()
        self.page.get_by_role("radio", name=way).check()

    def presses(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def buys(self, ending: str | None = "Pay", pack: str = "7 message credits") -> None:
        self.chooses(pack)
        self.presses(re.compile(r"^Pay €"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text("How shall it end?")
        if ending:
            self.page.get_by_role("button", name=ending, exact=True).click()

    def reads(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def has(self, credits: int) -> None:
        self.visits("/wallet")
        words = f"{credits} message credit{'' if credits == 1 else 's'}"
        expect(self.page.locator('[data-unit="credits"] .balance')).to_have_text(words)

    @property
    def purchase(self) -> str:
        found = re.search(r"/(?:purchases|test|payments)/(\d+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def has_no_faults(self) -> None:
        found = axe.run(self.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def clara(new_page: Callable[..., Page], parley: Program) -> Buyer:
    return Buyer(new_page(), parley)


@pytest.fixture
def ada(new_page: Callable[..., Page], parley: Program) -> Buyer:
    return Buyer(new_page(), parley, village.ADMINISTRATOR)


def secret(parley: Program) -> str:
    """What the test provider signs with."""
    return "whsec_" + (parley.folder / "data/keys/test-payments").read_bytes().hex()


def tell(parley: Program, note: dict[str, object], key: str, at: float | None = None) -> int:
    """A delivery, as the test provider sends it, or somebody who would like to be it."""
    body = json.dumps(note).encode()
    moment = int(at or time.time())
    code = hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Parley-Signature": f"t={moment},v1={code}", "Content-Type": "application/json"}
    question = urllib.request.Request(parley.url("localhost", "/webhooks/payments/test"), body, headers)
    try:
        return urllib.request.urlopen(question, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def paid(purchase: str, **more: object) -> dict[str, object]:
    return {"id": f"journey.{purchase}", "kind": "paid", "purchase": purchase, "minor": 2000, "currency": "EUR", **more}


def test_buyer_pays(clara: Buyer, parley: Program) -> None:
    """A6, A8b, A9, A16, B63: a buyer sees what each pack saves, pays, waits a moment and has the credit, a receipt and a letter."""
    clara.visits("/buy")
    expect(clara.page.get_by_role("link", name="20 message credits")).to_contain_text("saves 40 %")
    clara.has_no_faults()
    clara.buys(ending=None)
    expect(clara.page.get_by_text("Test payment: no money moves")).to_be_visible()
    clara.has_no_faults()
    clara.page.get_by_role("button", name="Pay", exact=True).click()
    clara.reads("Paid, thank you")
    clara.has_no_faults()
    clara.page.get_by_role("link", name="Receipt").click()
    expect(clara.page.locator("tfoot")).to_contain_text("€20.00")
    expect(clara.page.locator("tbody")).to_contain_text("1 message credit on top")
    clara.has_no_faults()
    clara.has(8)
    expect(clara.page.locator("tbody").first).to_contain_text("paid")
    clara.has_no_faults()
    letter = plain_text(letter_about(parley, "Receipt"))
    assert "€20.00" in letter and "8 message credits" in letter


def test_payment_is_declined(clara: Buyer) -> None:
    """A13: a declined payment charges nothing, says so, and can be tried again."""
    clara.buys("Decline")
    clara.reads("The payment was declined")
    clara.has_no_faults()
    clara.presses(re.compile(r"^Pay €"))
    clara.page.get_by_role("button", name="Pay", exact=True).click()
    clara.reads("Paid, thank you")
    clara.has(8)


def test_bank_asks(clara: Buyer) -> None:
    """A13: a bank that wants to see its customer is answered on its own page; who says no has not paid."""
    clara.buys("Ask for 3-D Secure")
    clara.reads("Is it you?")
    clara.has_no_faults()
    clara.presses("Yes, it is me")
    clara.reads("Paid, thank you")
    clara.buys("Ask for 3-D Secure")
    clara.presses("No")
    clara.reads("The payment was declined")
    clara.has(8)


def test_payment_comes_late(clara: Buyer, new_page: Callable[..., Page], parley: Program) -> None:
    """A16, B32: coming back credits nothing: the page says that it waits, and turns by itself when the word has come; the wallet says pending."""
    other = Buyer(new_page(), parley)
    clara.buys("Pay late")
    clara.reads("We wait for the payment")
    other.has(0)
    expect(other.page.locator("tbody").first).to_contain_text("pending")
    clara.has_no_faults()
    clara.reads("Paid, thank you")
    other.has(8)


def test_card(new_page: Callable[..., Page], parley: Program, house: CardHouse) -> None:
    """A13, A15a, A15b, A16: a card is typed on Stripe's own page; who comes back has the credit as soon as Stripe has told us."""
    house.webhook = parley.url("localhost", "/webhooks/payments/stripe")
    # Stripe leads back to the address of the house.
    clara = Buyer(new_page(), parley, village.Person("clara", "Clara Lindqvist", "Clara", village.FRONT))
    clara.chooses(way="Card")
    clara.presses(re.compile(r"^Pay €"))
    clara.reads("Pay 20.00 EUR")
    assert clara.page.url.startswith(house.address)
    clara.page.get_by_role("link", name="Back").click()
    clara.reads("You did not pay")
    clara.has_no_faults()
    clara.presses(re.compile(r"^Pay €"))
    clara.presses("Pay")
    clara.reads("Paid, thank you")
    clara.has(8)
    assert len(house.sessions) == 1


def test_without_scripts(new_page: Callable[..., Page], parley: Program) -> None:
    """A6: buying works in a browser without scripts, on a telephone."""
    clara = Buyer(new_page(java_script_enabled=False, viewport={"width": 390, "height": 844}), parley)
    clara.buys("Pay")
    clara.reads("Paid, thank you")
    clara.has(8)


def test_two_presses_and_a_way_back(clara: Buyer, parley: Program) -> None:
    """A6: two presses, the back button and another press are one purchase and one payment."""
    clara.chooses()
    clara.page.get_by_role("button", name=re.compile(r"^Pay €")).dblclick()
    clara.reads("How shall it end?")
    first = clara.purchase
    clara.page.go_back()
    clara.presses(re.compile(r"^Pay €"))
    clara.reads("How shall it end?")
    assert clara.purchase == first
    clara.page.get_by_role("button", name="Pay", exact=True).dblclick()
    clara.reads("Paid, thank you")
    clara.visits(f"/wallet/purchases/{first}/pay")
    clara.reads("Paid, thank you")
    # The shop again is another purchase, which nobody has paid.
    clara.chooses()
    clara.presses(re.compile(r"^Pay €"))
    clara.reads("How shall it end?")
    assert clara.purchase != first
    clara.has(8)


def test_price_changes_meanwhile(clara: Buyer, ada: Buyer) -> None:
    """A6, A7, A8a: a price that an administrator changed, or somebody changed in the page, is asked about again and never charged."""
    clara.chooses()
    ada.visits("/admin/packs")
    ada.has_no_faults()
    ada.page.get_by_role("link", name="With bonus").click()
    ada.has_no_faults()
    line = ada.page.locator("fieldset").nth(1)
    line.get_by_label("Price").fill("22,50")
    ada.presses("Save")
    expect(ada.page.get_by_role("status")).to_be_visible()
    clara.presses(re.compile(r"^Pay €20.00"))
    expect(clara.page.get_by_role("alert")).to_contain_text("The price is another one now")
    clara.has_no_faults()
    clara.page.evaluate("document.querySelector('[name=shown]').value = 'credits.7.1.1.EUR'")
    clara.presses(re.compile(r"^Pay €22.50"))
    expect(clara.page.get_by_role("alert")).to_contain_text("nothing was charged")
    clara.presses(re.compile(r"^Pay €22.50"))
    clara.page.get_by_role("button", name="Pay", exact=True).click()
    clara.reads("Paid, thank you")
    clara.has(8)
    ada.visits("/admin/packs")
    ada.page.get_by_role("row", name=re.compile("Without bonus")).get_by_role("button").click()
    clara.visits("/buy")
    expect(clara.page.get_by_text("+1 free")).to_have_count(0)


def test_forged_and_late_deliveries(clara: Buyer, parley: Program) -> None:
    """A15b, A16: a forged, an old and an altered delivery credit nothing; one that comes again, or after the purchase was called off, counts once."""
    clara.buys(ending=None)
    purchase = clara.purchase
    key = secret(parley)
    assert tell(parley, paid(purchase), "whsec_guessed") == 400
    assert tell(parley, paid(purchase), key, at=time.time() - 400) == 400
    assert tell(parley, paid(purchase, minor=1), key) == 204
    clara.has(0)
    clara.visits(f"/wallet/purchases/{purchase}")
    clara.presses("Cancel the purchase")
    clara.reads("Cancelled")
    for _ in range(3):
        assert tell(parley, paid(purchase, id="another"), key) == 204
    clara.has(8)
    parley.doctor()


def test_transfer(clara: Buyer, ada: Buyer, parley: Program) -> None:
    """A14a, A14b: a transfer shows account, reference and the note of 24 hours; an administrator finds it first and credits what came."""
    clara.chooses("20 message credits", "Bank transfer")
    clara.presses(re.compile(r"^Pay €50"))
    clara.reads("Transfer the amount")
    expect(clara.page.get_by_text("Credits within 24 hours")).to_be_visible()
    expect(clara.page.get_by_text("IBAN DE00 1234 5678")).to_be_visible()
    clara.has_no_faults()
    reference = clara.page.locator(".facts dd b").text_content() or ""
    ada.visits("/admin/payments")
    ada.has_no_faults()
    ada.page.get_by_role("link", name=reference).first.click()
    ada.has_no_faults()
    ada.page.get_by_label("Received (EUR)").fill("50")
    ada.presses("Credit")
    expect(ada.page.get_by_role("status")).to_contain_text("Credited")
    clara.has(25)
    assert "25 message credits" in plain_text(letter_about(parley, "transfer"))
    ada.visits("/admin/audit")
    expect(ada.page.get_by_text("credited a transfer")).to_be_visible()


def test_refund_and_dispute(clara: Buyer, ada: Buyer, parley: Program) -> None:
    """B37: an administrator refunds a part, told by notice and letter; a dispute takes what is left and gives it back when it is won."""
    clara.buys()
    clara.reads("Paid, thank you")
    purchase = clara.purchase
    ada.visits(f"/admin/payments/{purchase}")
    ada.page.get_by_label("Units to refund").fill("3")
    ada.presses("Refund")
    expect(ada.page.get_by_role("status")).to_contain_text("under way")
    ada.has_no_faults()
    clara.has(5)
    letter_about(parley, "Refund")
    clara.visits("/notices")
    expect(clara.page.get_by_text("Refunded from a purchase")).to_be_visible()
    clara.visits(f"/wallet/purchases/{purchase}")
    expect(clara.page.get_by_text("€7.50")).to_be_visible()
    for deed, heading, left in [("Open a dispute", "Disputed", 0), ("Let the house win", "Refunded in part", 5)]:
        clara.visits(f"/pay/test/{purchase}")
        clara.presses(deed)
        clara.page.wait_for_url("**/wallet/purchases/**")
        clara.page.wait_for_timeout(500)
        clara.page.reload()
        clara.reads(heading)
        clara.has(left)


def test_kept_card(clara: Buyer) -> None:
    """A13: who wants it has the card kept, pays with it in one press, and takes it away again."""
    clara.chooses()
    clara.page.get_by_role("checkbox", name="Keep my card").check()
    clara.presses(re.compile(r"^Pay €"))
    clara.page.get_by_role("button", name="Pay", exact=True).click()
    clara.reads("Paid, thank you")
    clara.visits("/wallet")
    clara.page.wait_for_timeout(500)
    clara.page.reload()
    expect(clara.page.get_by_text("Test •••• 4242")).to_be_visible()
    clara.has_no_faults()
    clara.presses("Remove")
    expect(clara.page.get_by_role("status")).to_contain_text("removed")


@pytest.mark.parametrize("language", ["fr", "it", "ar"])
def test_other_languages(new_page: Callable[..., Page], parley: Program, language: str) -> None:
    """P11, A6: the shop and the receipt stand in the reader's language, with amounts as that language writes them."""
    clara = Buyer(new_page(language=language), parley)
    clara.visits(f"/buy?language={language}")
    written = clara.page.evaluate(
        "language => new Intl.NumberFormat(language === 'ar' ? 'ar-u-nu-latn' : language, {style: 'currency', currency: 'EUR'}).format(20)", language
    )
    prices = clara.page.locator(".price").all_text_contents()
    assert written in prices, (written, prices)
    coins = clara.page.evaluate(
        "language => new Intl.NumberFormat(language === 'ar' ? 'ar-u-nu-latn' : language, {style: 'currency', currency: 'TND'}).format(25)", language
    )
    assert coins in prices, (coins, prices)
    clara.has_no_faults()


@pytest.mark.parametrize("language", ["en", "fr", "it", "ar"])
def test_receipt_on_paper(new_page: Callable[..., Page], parley: Program, language: str, tmp_path: Path) -> None:
    """B32, P11: the receipt is downloaded as PDF from its page, named after the purchase, with the same facts in the reader's language."""
    clara = Buyer(new_page(), parley)
    clara.buys()
    clara.reads("Paid, thank you")
    purchase = re.search(r"/wallet/purchases/\d+", clara.page.url)
    assert purchase
    clara.visits(f"{purchase[0]}/receipt?language={language}")
    facts = clara.page.locator(".receipt dd").all_text_contents()
    with clara.page.expect_download() as waiting:
        clara.page.locator("a[href$='receipt.pdf']").click()
    name = waiting.value.suggested_filename
    assert name.endswith(".pdf") and clara.page.locator(".trail li").last.text_content() in name
    paper = tmp_path / f"receipt-{language}.pdf"
    waiting.value.save_as(paper)
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, capture_output=True, text=True).stdout
    text = re.sub("[\u200e\u200f\u202a-\u202e]", "", text)
    who, email = facts[0].rsplit(", ", 1)
    for word in [who, email, *facts[2:]]:
        assert word in text, (word, text)


def test_pictures(clara: Buyer, ada: Buyer, tmp_path: Path) -> None:
    """X10: nothing on the pages of money is wider than a telephone."""
    clara.buys()
    clara.reads("Paid, thank you")
    purchase = clara.purchase
    for buyer, paths in [
        (clara, ["/wallet", "/buy", f"/wallet/purchases/{purchase}", f"/wallet/purchases/{purchase}/receipt", f"/pay/test/{purchase}"]),
        (ada, ["/admin/payments", f"/admin/payments/{purchase}", "/admin/packs"]),
    ]:
        buyer.page.set_viewport_size({"width": 390, "height": 844})
        for path in paths:
            buyer.visits(path)
            width = buyer.page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, f"{path} is {width} wide"


def test_balance_in_every_tab(clara: Buyer, new_page: Callable[..., Page], parley: Program) -> None:
    """A16, A24: what is bought in one tab stands in the other one at once, without loading it again."""
    clara.visits("/wallet")
    clara.page.evaluate("window.untouched = true")
    balance = clara.page.locator('[data-unit="credits"] .balance')
    other = Buyer(new_page(), parley)
    other.buys()
    other.reads("Paid, thank you")
    expect(balance).to_have_text("8 message credits")
    expect(clara.page.locator("tbody").first).to_contain_text("paid")
    assert clara.page.evaluate("window.untouched"), "the page was not loaded again"
    clara.has_no_faults()
