"""Rules of a website: made on a page, followed by themselves."""

from collections.abc import Callable

from people import Administrator, Agent, Visitor
from playwright.sync_api import expect
from test_accessibility import violations
from test_replies import OURS, adds_reply, adds_tag

import village


def test_rule(
    administrator: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]
) -> None:
    """P2: an administrator makes a rule; a visitor writes its word and is answered at once by the website, and the team reads which rule it was."""
    page, pages = administrator.page, administrator.pages
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=village.HARBOUR.name).click()
    adds_tag(administrator, "Invoices", "wait")
    adds_reply(administrator, "Invoices", "Hello {visitor}, the office looks it up.", tag="Invoices")
    page.get_by_role("link", name=OURS("rules.title"), exact=True).click()
    expect(page.get_by_role("heading", name=OURS("rules.empty"))).to_be_visible()
    assert violations(page, "no rules") == []
    page.get_by_role("link", name=OURS("rules.add")).click()
    page.get_by_label(OURS("rules.name"), exact=True).fill("Invoices to the office")
    administrator.presses(pages("form.save"))
    expect(page.locator("#reply-error")).to_have_text(administrator.refusals("ruleDoesNothing"))
    assert violations(page, "a rule with faults") == []
    page.get_by_label(OURS("rules.occasion"), exact=True).select_option(label=OURS("rules.on.wrote"))
    page.get_by_label(OURS("rules.words")).fill("invoice, bill")
    page.get_by_label(OURS("rules.reply"), exact=True).select_option(label="Invoices")
    page.get_by_role("checkbox", name="Clara").check()
    administrator.presses(pages("form.save"))
    expect(page.get_by_role("row").filter(has_text="Invoices to the office")).to_be_visible()
    assert violations(page, "all rules") == []

    clara, ada = new_agent(village.CLARA), new_visitor()
    ada.begins()
    ada.writes("Where is my invoice?")
    ada.sees("Hello Ada Moreau, the office looks it up.")
    expect(ada.root.get_by_text(ada.words.like("thread.automatic", name=village.HARBOUR.name))).to_be_visible()
    assert violations(ada.page, "an answer of a rule") == []
    clara.joins("Ada Moreau")
    clara.sees("Hello Ada Moreau, the office looks it up.")
    clara.sees_line("ruleFollowed", name="Invoices to the office")
    expect(clara.row("Ada Moreau").locator(".tag", has_text="Invoices")).to_be_visible()
    assert violations(clara.page, "a chat with a rule") == []
    for reader in (ada, clara):
        reader.page.reload()
        reader.sees("Hello Ada Moreau, the office looks it up.")
