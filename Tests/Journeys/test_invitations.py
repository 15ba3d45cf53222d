"""What a website says first to somebody who only looks: set on a page, shown above the button, opened, closed, counted."""

import re
from collections.abc import Callable

import pytest
from people import Administrator, Agent, Visitor
from playwright.sync_api import Locator, expect
from test_accessibility import violations
from words import Words

import village

OURS = Words("en", "conversations")
TEXT = "Shall we look at your first chapter? It costs nothing."


def invites(administrator: Administrator, website: village.Website, name: str, text: str, seconds: int = 2, **texts: str) -> None:
    page, pages = administrator.page, administrator.pages
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=website.name).click()
    page.get_by_role("link", name=OURS("invitations.title"), exact=True).click()
    page.get_by_role("link", name=OURS("invitations.add")).click()
    page.get_by_label(OURS("rules.name"), exact=True).fill(name)
    page.get_by_label(OURS("invitations.words"), exact=True).fill(text)
    if texts:
        page.locator("details > summary").click()
    for language, words in texts.items():
        page.locator(f"#text-{language}").fill(words)
    page.get_by_label(OURS("invitations.seconds")).fill(str(seconds))
    administrator.presses(pages("form.save"))
    expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()


def card(visitor: Visitor, language: str = "en") -> Locator:
    return visitor.page.get_by_role("region", name=Words(language, "sites").like("invitation.label"))


def press(visitor: Visitor, key: str, language: str = "en") -> None:
    card(visitor, language).get_by_role("button", name=Words(language, "sites")(f"invitation.{key}")).click()


def counts(administrator: Administrator, name: str) -> list[str]:
    administrator.page.reload()
    found = administrator.page.get_by_role("row").filter(has_text=name).locator("td.number").all_inner_texts()
    return [re.sub(r"\D", "", text) for text in found]


def test_invitation(
    administrator: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]
) -> None:
    """P14: after so many seconds a card comes that takes no focus; who opens it reads its words in the chat, the agent reads them, too, and all of it is counted."""
    clara = new_agent()
    invites(administrator, village.HARBOUR, "First chapter", TEXT)
    assert violations(administrator.page, "all invitations") == []
    expect(administrator.page.get_by_role("columnheader", name=OURS("invitations.order"))).to_have_count(1)
    ada = new_visitor()
    ada.visits()
    expect(ada.launcher).to_be_visible()
    expect(card(ada)).to_have_count(0)
    expect(card(ada)).to_be_visible()
    expect(card(ada).get_by_role("status")).to_have_text(TEXT)
    assert ada.page.evaluate("document.activeElement === document.body")
    assert violations(ada.page, "a card") == []
    assert counts(administrator, "First chapter") == ["1", "0", "0"]
    press(ada, "answer")
    expect(ada.root).to_be_visible()
    expect(card(ada)).to_have_count(0)
    ada.sees(TEXT)
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Yes, please.")
    clara.joins("Ada Moreau")
    clara.sees_in_order(TEXT, "Yes, please.")
    assert violations(clara.page, "a chat that an invitation began") == []
    assert counts(administrator, "First chapter") == ["1", "1", "1"]
    administrator.page.get_by_role("row").filter(has_text="First chapter").locator("td.number a").last.click()
    assert violations(administrator.page, "what came of an invitation") == []
    expect(administrator.page.get_by_role("link", name="Ada Moreau")).to_have_attribute("href", re.compile(r"/console#\d+"))
    ada.page.reload()
    ada.sees_in_order(TEXT, "Yes, please.")


def test_closed(administrator: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P14: who closes the card sees none any more in this visit, on whatever page; of two tabs one shows it; Escape closes it, too."""
    new_agent()
    invites(administrator, village.HARBOUR, "First chapter", TEXT)
    ada = new_visitor()
    ada.visits()
    expect(card(ada)).to_be_visible()
    press(ada, "close")
    expect(card(ada)).to_have_count(0)
    ada.visits(village.PRICES)
    expect(ada.launcher).to_be_visible()
    ada.page.wait_for_timeout(4_000)
    expect(card(ada)).to_have_count(0)

    lina = new_visitor()
    lina.visits()
    other = Visitor(lina.page.context.new_page(), lina.program, village.HARBOUR)
    other.visits()
    shown = [card(lina), card(other)]
    lina.waits_until(lambda: sum(one.count() for one in shown) == 1, lambda: f"{[one.count() for one in shown]} cards")
    other.page.wait_for_timeout(4_000)
    assert sum(one.count() for one in shown) == 1
    holder = lina if shown[0].count() else other
    holder.page.keyboard.press("Escape")
    expect(card(holder)).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True])
def test_arabic_on_a_strict_website(
    administrator: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], phone: bool
) -> None:
    """P14, X10: under a strict policy and from right to left the card stands inside the screen, on a telephone on less than a third of it, above the button."""
    new_agent()
    words = "هل نساعدك في ترجمة وثيقتك؟"
    invites(administrator, village.QUILL, "Documents", "Shall we help?", ar=words)
    # One alone has no order.
    expect(administrator.page.get_by_role("columnheader", name=OURS("invitations.order"))).to_have_count(0)
    ada = new_visitor(village.QUILL, "ar", phone=phone)
    ada.visits()
    expect(card(ada, "ar").get_by_role("status")).to_have_text(words)
    assert card(ada, "ar").get_attribute("dir") == "rtl"
    box, button, size = card(ada, "ar").bounding_box(), ada.launcher.bounding_box(), ada.page.viewport_size
    assert box and button and size
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"] and box["y"] + box["height"] <= button["y"]
    assert box["height"] <= size["height"] / 3
    assert violations(ada.page, "a card in Arabic") == []
    press(ada, "answer", "ar")
    ada.sees(words)


def test_form(administrator: Administrator) -> None:
    """P14: an invitation is set on a page with a preview that follows what is typed; what is wrong is said at its field."""
    page, pages = administrator.page, administrator.pages
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=village.QUILL.name).click()
    page.get_by_role("link", name=OURS("invitations.title"), exact=True).click()
    expect(page.get_by_role("heading", name=OURS("invitations.empty"))).to_be_visible()
    assert violations(page, "no invitations") == []
    page.get_by_role("link", name=OURS("invitations.add")).click()
    page.get_by_label(OURS("rules.name"), exact=True).fill("Documents")
    page.get_by_label(OURS("invitations.words"), exact=True).fill("Hello from {site}")
    preview = page.frame_locator("iframe.preview")
    expect(preview.get_by_role("status")).to_have_text("Hello from Quill & Co")
    page.get_by_label(OURS("invitations.seconds")).fill("9999")
    administrator.presses(pages("form.save"))
    expect(page.locator("#seconds-error")).to_have_text(administrator.refusals("numberInvalid"))
    assert violations(page, "an invitation with a fault") == []
