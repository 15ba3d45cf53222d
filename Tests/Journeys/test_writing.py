import re

import pytest
from playwright.sync_api import Locator, expect

import village
from test_accessibility import violations

BROWSERS = [
    pytest.param("chromium", "sqlite", id="chromium"),
    pytest.param("firefox", "sqlite", id="firefox"),
]


@pytest.mark.parametrize(("browser", "engine"), BROWSERS, indirect=["browser"])
def test_notes(new_visitor, new_agent) -> None:
    """E40: agents write notes of another colour in a composer of their own and call a colleague by name; the visitor never sees one."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Is there a discount for students?")
    clara.joins("Ada Moreau")
    mode = clara.root.get_by_role("button", name=clara.words("note.mode"))
    mode.click()
    note = clara.root.get_by_role("textbox", name=clara.words("note.label"))
    expect(note).to_be_focused()
    note.press_sequentially(f"Does @{village.BRUNO.pseudonym[:2]}", delay=30)
    option = clara.root.get_by_role("option", name=village.BRUNO.pseudonym)
    expect(option).to_have_attribute("aria-selected", "true")
    found = violations(clara.page, "names that are offered")
    note.press("Enter")
    expect(note).to_have_value(f"Does @{village.BRUNO.pseudonym} ")
    note.press_sequentially("know?")
    note.press("Enter")
    expect(note).to_have_value("")
    words = f"Does @{village.BRUNO.pseudonym} know?"
    shown = clara.bubbles.filter(has_text=words)
    expect(shown).to_have_attribute("data-kind", "note")
    assert shown.evaluate("note => getComputedStyle(note).backgroundColor") != clara.colour_of("Is there a discount for students?")

    bell = bruno.page.get_by_text(bruno.words.like("notices.mentioned", name=village.CLARA.pseudonym))
    bruno.page.get_by_role("button", name=bruno.words.like("notices.unread")).click()
    bell.click()
    expect(bruno.bubbles.filter(has_text=words)).to_be_visible()
    found += violations(bruno.page, "a note in a thread")

    # Whoever has not joined writes one, too; a reload loses neither words nor place.
    bruno.root.get_by_role("button", name=bruno.words("note.mode")).click()
    answer = bruno.root.get_by_role("textbox", name=bruno.words("note.label"))
    answer.fill("Ten percent, I think.")
    bruno.page.reload()
    bruno.opens("Ada Moreau", "active")
    bruno.root.get_by_role("button", name=bruno.words("note.mode")).click()
    expect(answer).to_have_value("Ten percent, I think.")
    answer.press("Enter")
    expect(clara.bubbles.filter(has_text="Ten percent, I think.")).to_have_attribute("data-kind", "note")

    clara.root.get_by_role("button", name=clara.words("composer.mode")).click()
    clara.writes("Ten percent with a student card.")
    ada.sees("Ten percent with a student card.")
    ada.page.reload()
    ada.sees("Ten percent with a student card.")
    expect(ada.bubbles).to_have_count(2)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("browser", "engine"), BROWSERS, indirect=["browser"])
def test_changed_messages(new_visitor, new_agent) -> None:
    """X11: both sides write an own message again or delete it; the other reads what it says, what it said before, and that one is gone."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("How much for tow pages?")
    clara.joins("Ada Moreau")
    change(ada, "How much for tow pages?", "How much for two pages?")
    ada.sees("How much for two pages?")
    clara.sees("How much for two pages?")
    bubble = clara.message("How much for two pages?")
    bubble.get_by_role("button", name=clara.words("revising.edited")).click()
    expect(bubble.get_by_text("How much for tow pages?")).to_be_visible()
    expect(bubble.get_by_role("button", name=clara.words("revising.change"))).to_have_count(0)
    found = violations(clara.page, "earlier versions")

    clara.writes("Ten euro.")
    change(clara, "Ten euro.", "Ten euros.")
    ada.sees("Ten euros.")
    clara.writes("This was meant for somebody else.")
    ada.sees("This was meant for somebody else.")
    mine = clara.message("This was meant for somebody else.")
    mine.hover()
    mine.get_by_role("button", name=clara.words("revising.change")).click()
    mine.get_by_role("button", name=clara.words("revising.delete")).click()
    found += violations(clara.page, "the question before deleting")
    mine.get_by_role("button", name=clara.words("revising.delete")).click()
    ada.sees_line("erased")
    clara.sees_line("erased")
    expect(ada.bubbles.filter(has_text="This was meant")).to_have_count(0)
    found += violations(ada.page, "changed messages in the widget")

    ada.page.reload()
    ada.sees("Ten euros.")
    ada.sees_line("erased")
    expect(clara.row("Ada Moreau")).not_to_contain_text(re.compile("somebody else"))
    assert not found, "\n".join(found)


def change(reader, before: str, after: str) -> None:
    begins_to_change(reader, before, after)
    expect(reader.message(after)).to_be_visible()


def begins_to_change(reader, before: str, after: str) -> None:
    field_of_change(reader, before, after).press("Enter")


def field_of_change(reader, before: str, after: str) -> Locator:
    """In which a message is being changed; it says something else by now."""
    bubble = reader.message(before)
    bubble.hover()
    bubble.get_by_role("button", name=reader.words("revising.change")).click()
    tools = reader.bubbles.locator(".revising").filter(has=reader.page.get_by_role("button", name=reader.words("revising.edit"), exact=True))
    tools.get_by_role("button", name=reader.words("revising.edit"), exact=True).click()
    field = reader.bubbles.get_by_role("textbox", name=reader.words("revising.field"))
    field.fill(after)
    return field


def test_a_message_is_taken_back(new_visitor, new_agent) -> None:
    """X11: with a time to undo a message stays with its writer, over a reload too; taken back it is in the composer again, otherwise it leaves once."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("How much is it?")
    clara.joins("Ada Moreau")
    clara.page.locator("parley-rail button.you").click()
    clara.page.get_by_label(clara.words("undo.label")).select_option("10")
    clara.page.keyboard.press("Escape")
    clara.writes("A hundred euros.")
    held = clara.message("A hundred euros.")
    expect(held.get_by_role("button", name=clara.words("undo.undo"))).to_be_visible()
    found = violations(clara.page, "a message that is held")
    clara.page.reload()
    clara.opens("Ada Moreau", "active")
    held.get_by_role("button", name=clara.words("undo.undo")).click()
    expect(clara.composer).to_have_value("A hundred euros.")
    expect(held).to_have_count(0)
    clara.writes("Ten euros.")
    expect(ada.message("Ten euros.")).to_have_count(0)
    ada.looks()
    expect(ada.message("Ten euros.")).to_be_visible(timeout=20_000)
    clara.looks()
    expect(held.get_by_role("button", name=clara.words("undo.undo"))).to_have_count(0)
    ada.sees_once("Ten euros.")
    expect(ada.message("A hundred euros.")).to_have_count(0)
    assert not found, "\n".join(found)


def test_a_message_for_somebody_else(new_visitor, new_agent) -> None:
    """X11: another name, another website and a call for a colleague are asked about before they leave; nothing that was typed is lost."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("How much is it?")
    clara.joins("Ada Moreau")
    warning = clara.root.get_by_role("alert")
    found: list[str] = []
    for text, key in (("Dear Bruno, ten euros.", "guard.name"), ("@Bruno what does it cost?", "guard.colleague")):
        clara.composer.fill(text)
        clara.composer.press("Enter")
        expect(warning.get_by_text(clara.words.like(key))).to_be_visible()
        expect(clara.composer).to_have_value(text)
        found += violations(clara.page, key)
    clara.composer.fill("Dear Ada, ten euros.")
    expect(warning).to_be_hidden()
    clara.composer.press("Enter")
    ada.sees("Dear Ada, ten euros.")
    clara.composer.fill("Dear Bruno")
    clara.composer.press("Enter")
    clara.root.get_by_role("button", name=clara.words("guard.anyway")).click()
    expect(clara.composer).to_have_value("")
    ada.sees("Dear Bruno")
    assert not found, "\n".join(found)


def test_emoji(new_visitor, new_agent) -> None:
    """B49b: an emoji is found by a word, chosen by keyboard alone and stands where the cursor was; the list is fetched when it is opened."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Done!")
    fetched: list[str] = []
    clara.page.on("request", lambda request: fetched.append(request.url) if "emoji" in request.url else None)
    clara.joins("Ada Moreau")
    clara.composer.fill("Well done")
    assert not fetched
    clara.root.get_by_role("button", name=clara.words("emoji.open")).press("Enter")
    field = clara.root.get_by_role("searchbox", name=clara.words("emoji.search"))
    expect(field).to_be_focused()
    assert len(fetched) == 1
    found = violations(clara.page, "emoji")
    field.fill("rocket")
    field.press("ArrowDown")
    expect(clara.root.get_by_role("button", name="rocket")).to_be_focused()
    clara.page.keyboard.press("Enter")
    expect(clara.composer).to_have_value("Well done🚀")
    expect(clara.composer).to_be_focused()
    clara.composer.press("Enter")
    ada.sees("Well done🚀")
    assert not found, "\n".join(found)


def test_pasted_book(new_visitor, new_agent) -> None:
    """X4, E12, E91d: a whole book in a composer or in a field costs nobody the line: its writer is told, at once or by the server, and goes on."""
    clara = new_agent()
    ada = new_visitor()
    lines: list[str] = []
    for page in (clara.page, ada.page):
        page.on("websocket", lambda socket: lines.append(socket.url))
    clara.page.reload()
    clara.sees_lists()
    book = "It was a dark and stormy night. " * 4_000
    ada.visits()
    ada.opens_widget()
    ada.fills_form(name=book)
    ada.presses_start()
    expect(ada.field("name")).to_have_attribute("aria-invalid", "true")
    ada.field("name").fill("Ada Moreau")
    ada.starts_chat()
    ada.composer.fill(book)
    expect(ada.root.get_by_text(ada.words.like("composer.tooLong"))).to_be_visible()
    ada.composer.fill("")
    ada.writes("Would you print a book?")
    begins_to_change(ada, "Would you print a book?", book)
    expect(ada.bubbles.get_by_role("alert")).to_have_text(ada.words.like("composer.tooLong"))

    clara.joins("Ada Moreau")
    clara.composer.fill(book)
    # So long that the draft would have gone to the server more than once.
    clara.page.wait_for_timeout(4_000)
    clara.page.reload()
    clara.opens("Ada Moreau", "active")
    expect(clara.composer).to_have_value(book)
    clara.page.wait_for_timeout(2_500)
    clara.composer.fill("")
    clara.writes("We would.")
    ada.sees("We would.")
    assert len(lines) == 3, f"lines were opened anew: {lines}"
