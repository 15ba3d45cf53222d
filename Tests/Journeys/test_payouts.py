"""From an answer that was paid to the order that a bank carries out: customer, expert and administrator."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sepaxml
import xmlschema
from playwright.sync_api import Page, expect

import village
from people import Administrator
from program import Program
from test_accessibility import SCHEMES, violations
from test_after_answer import answered
from test_paid import lets_minutes_pass
from words import Words

DEALS, PAYOUTS, PAGES = Words("en", "deals"), Words("en", "payouts"), Words("en", "pages")
ORDERS = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.03.xsd"
IBAN = "DE89 3704 0044 0532 0130 00"


def looks(page: Page, place: str) -> list[str]:
    """In both schemes, and on a telephone without a bar to scroll sideways."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        # Colours fade from one scheme to the other.
        page.evaluate("document.body.offsetHeight, Promise.allSettled(document.getAnimations().map((change) => change.finished))")
        found += violations(page, f"{place}, {scheme}")
    size = page.viewport_size or {"width": 1280, "height": 800}
    page.set_viewport_size({"width": 390, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{place} is wider than a telephone")
    page.set_viewport_size(size)
    return found


def fetched(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()


def test_earning_reaches_the_bank(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """B36, B34, B35, B88, C21, B38, P17: what is disputed waits, what matured is approved, goes to the bank by its own schema, and is paid."""
    lina, emil = answered(new_page, new_agent, parley)
    customer, expert, ada = lina.page, emil.page, administrator.page

    # Lina disputes it, and Ada decides.
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/deals"))
    ada.get_by_role("link", name=DEALS("after.row.question"), exact=True).click()
    number = ada.url.split("/")[-1]
    customer.goto(parley.url(village.LINA.host, f"/wallet/deals/{number}"))
    found = looks(customer, "a charge that can be disputed")
    customer.get_by_label(DEALS("dispute.reason")).fill("I had asked for the whole letter")
    customer.get_by_role("button", name=DEALS("dispute.send")).click()
    expect(customer.locator("main")).to_contain_text(DEALS("dispute.open"))
    expert.goto(parley.url(village.EMIL.host, f"/earnings/deals/{number}"))
    expect(expert.locator("main")).to_contain_text("I had asked for the whole letter")
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/deals?state=disputed"))
    ada.get_by_role("link", name=DEALS("after.row.question"), exact=True).click()
    ada.get_by_label(DEALS("dispute.outcome.nothing")).check()
    ada.get_by_label(DEALS("dispute.answer")).fill("The letter was asked for later")
    found += looks(ada, "a dispute to be decided")
    ada.get_by_role("button", name=DEALS("dispute.settle"), exact=True).click()
    expect(ada.locator("main")).to_contain_text(DEALS("dispute.decided.nothing"))
    customer.goto(parley.url(village.LINA.host, "/notices"))
    expect(customer.locator("main")).to_contain_text("A dispute is decided")

    # Emil says where he is paid.
    expert.goto(parley.url(village.EMIL.host, "/earnings"))
    expert.get_by_role("link", name=PAYOUTS("money.title")).click()
    expect(expert.locator("main")).to_contain_text(PAYOUTS("money.needsData"))
    expert.get_by_role("link", name=PAYOUTS("money.addData")).click()
    for label, value in (("holder", "Émil Haddad"), ("account", IBAN), ("identity", "12345678")):
        expert.get_by_label(re.compile("^" + re.escape(PAYOUTS(f"data.{label}")))).fill(value)
    expert.get_by_label(re.compile("^" + re.escape(PAYOUTS("method.withheld")))).check()
    expert.get_by_role("button", name=PAGES("form.save")).click()
    expect(expert.get_by_role("status")).to_have_text(PAYOUTS("data.done"))
    expect(expert.locator("main")).to_contain_text("DE •••• 3000")
    assert IBAN.replace(" ", "") not in expert.content()
    found += looks(expert, "where an expert is paid")

    # Two days later it is due.
    lets_minutes_pass(new_page(), parley, 49 * 60)
    administrator.sign_in()
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/payments"))
    ada.get_by_role("link", name=PAYOUTS("admin.title"), exact=True).click()
    ada.get_by_role("link", name=PAYOUTS("terms.title")).first.click()
    ada.get_by_label(re.compile("^" + re.escape(PAYOUTS("terms.holder")))).fill("Parley Village")
    ada.get_by_label(re.compile("^" + re.escape(PAYOUTS("terms.account")))).fill("FR14 2004 1010 0505 0001 3M02 606")
    ada.get_by_role("button", name=PAGES("form.save"), exact=True).first.click()
    expect(ada.get_by_role("status")).to_have_text(PAYOUTS("terms.done"))
    found += looks(ada, "how payouts are reckoned")
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/payouts"))
    expect(ada.get_by_role("checkbox")).to_be_checked()
    found += looks(ada, "what is due")
    ada.get_by_role("button", name=re.compile("^" + re.escape(PAYOUTS("admin.approve")))).click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text(re.compile("PARLEY-[0-9]+"))
    found += looks(ada, "a batch")

    order = fetched(ada, PAYOUTS("batch.order"))
    xmlschema.XMLSchema(str(ORDERS)).validate(io.BytesIO(order))
    text = order.decode()
    assert "<IBAN>DE89370400440532013000</IBAN>" in text and "<Nm>Emil Haddad</Nm>" in text
    amount = re.search(r'<InstdAmt Ccy="EUR">([0-9.]+)</InstdAmt>', text)
    assert amount is not None and text.count(f"<CtrlSum>{amount[1]}</CtrlSum>") == 2
    assert amount[1].encode() in fetched(ada, "CSV")
    ada.get_by_role("button", name=PAYOUTS("batch.paid"), exact=True).click()
    expect(ada.locator("main")).to_contain_text(PAYOUTS("state.paid"))

    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/reports"))
    expect(ada.locator("main")).to_contain_text("Emil Haddad")
    found += looks(ada, "a report")
    with zipfile.ZipFile(io.BytesIO(fetched(ada, PAYOUTS("reports.workbook")))) as book:
        assert f"<v>{float(amount[1]):g}</v>" in book.read("xl/worksheets/sheet2.xml").decode(), "the same number as in the order"

    expert.goto(parley.url(village.EMIL.host, village.sign_in_path(village.EMIL)))
    expert.goto(parley.url(village.EMIL.host, "/earnings/money"))
    expect(expert.locator("main")).to_contain_text(PAYOUTS("state.paid"))
    found += looks(expert, "an expert's money")
    expert.get_by_role("link", name=re.compile("^PARLEY-")).click()
    expect(expert.locator("main")).to_contain_text(amount[1])
    found += looks(expert, "a slip")
    expert.goto(parley.url(village.EMIL.host, "/notices"))
    expect(expert.locator("main")).to_contain_text("Paid out to you")
    assert found == [], "\n".join(found)
