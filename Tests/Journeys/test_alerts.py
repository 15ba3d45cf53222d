"""What needs an administrator at once, and all money on one page."""

import re
import subprocess
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

import village
from people import Administrator
from program import BINARY, Program
from test_after_answer import answered
from test_paid import lets_minutes_pass
from test_payouts import IBAN, looks
from words import Words

OPERATIONS, PAYOUTS, PAGES, DEALS = Words("en", "operations"), Words("en", "payouts"), Words("en", "pages"), Words("en", "deals")


def backs_up(parley: Program, *command: str) -> subprocess.CompletedProcess[str]:
    """As a timer of the owner's does it, while the program serves."""
    asked = [str(BINARY), "backup", "--data", str(parley.folder / "data"), "--", *command]
    return subprocess.run(asked, capture_output=True, text=True, timeout=60, cwd=parley.folder)


def test_what_failed_stays_until_somebody_has_seen_to_it(
    new_page: Callable[..., Page], new_agent: Callable[..., Any], administrator: Administrator, parley: Program
) -> None:
    """B80, B75: a payout that fails and a backup that fails are alerts until they are acknowledged; all money stands on one page."""
    _, emil = answered(new_page, new_agent, parley)
    expert, ada = emil.page, administrator.page
    expert.goto(parley.url(village.EMIL.host, "/earnings/account"))
    for label, value in (("holder", "Émil Haddad"), ("account", IBAN), ("identity", "12345678")):
        expert.get_by_label(re.compile("^" + re.escape(PAYOUTS(f"data.{label}")))).fill(value)
    expert.get_by_label(re.compile("^" + re.escape(PAYOUTS("method.whole")))).check()
    expert.get_by_role("button", name=PAGES("form.save")).click()
    lets_minutes_pass(new_page(), parley, 49 * 60)
    administrator.sign_in()

    # What waits stands first.
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/payments"))
    ada.get_by_role("link", name=OPERATIONS("overview.title"), exact=True).click()
    expect(ada.get_by_role("heading", level=1)).to_have_text(OPERATIONS("overview.title"))
    expect(ada.get_by_role("heading", level=2).first).to_contain_text(OPERATIONS("waiting.payouts"))
    found = looks(ada, "all money")
    ada.get_by_label(OPERATIONS("overview.person")).fill("emil")
    ada.get_by_label(Words("en", "payments")("list.what"), exact=True).select_option("capture")
    ada.get_by_role("button", name=DEALS("after.filter"), exact=True).click()
    expect(ada.get_by_role("rowheader", name=Words("en", "payments")("entry.capture"))).to_be_visible()
    assert "kind=capture" in ada.url and "person=emil" in ada.url
    with ada.expect_download() as download:
        ada.get_by_role("link", name=PAYOUTS("reports.list")).click()
    assert "Emil" in download.value.path().read_text()

    # The bank does not take a payout.
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/payouts"))
    ada.get_by_role("button", name=re.compile("^" + re.escape(PAYOUTS("admin.approve")))).click()
    ada.get_by_label(re.compile("^" + re.escape(PAYOUTS("batch.reason")))).first.fill("Account closed")
    ada.get_by_role("button", name=PAYOUTS("batch.failed"), exact=True).click()
    expect(ada.locator("main")).to_contain_text(PAYOUTS("state.failed"))

    # Nor did the backup of the night end well.
    failed = backs_up(parley, "sh", "-c", "echo no room left >&2; exit 3")
    assert failed.returncode == 1 and "exit code 3" in failed.stdout and "no room left" in failed.stderr
    good = backs_up(parley, "true")
    assert good.returncode == 0, good.stdout + good.stderr

    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin"))
    expect(ada.locator("main")).to_contain_text("2 alerts wait for you")
    found += looks(ada, "the front page with alerts")
    ada.locator("main").get_by_role("link", name=OPERATIONS("alerts.title")).click()
    for kind in ("payoutFailed", "backupFailed"):
        expect(ada.get_by_role("heading", name=OPERATIONS(f"alert.{kind}.title"))).to_be_visible()
    expect(ada.locator("main")).to_contain_text("exit code 3")
    found += looks(ada, "alerts")
    for left in (1, 0):
        ada.get_by_role("button", name=re.compile("^" + re.escape(OPERATIONS("alerts.acknowledge")))).first.click()
        expect(ada.get_by_role("status")).to_have_text(OPERATIONS("alerts.done"))
        expect(ada.get_by_role("button", name=re.compile("^" + re.escape(OPERATIONS("alerts.acknowledge"))))).to_have_count(left)
    expect(ada.locator("main")).to_contain_text(OPERATIONS("alerts.empty"))
    expect(ada.get_by_role("table")).to_contain_text(OPERATIONS("alert.payoutFailed.title"))
    found += looks(ada, "acknowledged alerts")
    ada.goto(parley.url(village.ADMINISTRATOR.host, "/admin/payouts"))
    expect(ada.locator("main")).not_to_contain_text(PAYOUTS("admin.failedText"))
    assert found == [], "\n".join(found)
