"""What is said often and what chats are called by: kept on pages, used by keys in the console."""

import re
from collections.abc import Callable

import pytest
from people import Administrator, Agent, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations

import village
from words import Words

OURS = Words("en", "conversations")


@pytest.fixture
def harbour(administrator: Administrator) -> Administrator:
    """An administrator on the page of Harbour Essays."""
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name=village.HARBOUR.name).click()
    return administrator


def adds_tag(administrator: Administrator, name: str, tone: str) -> None:
    administrator.page.get_by_role("link", name=administrator.sites("tags.title"), exact=True).click()
    page = administrator.page
    page.locator("#name-new").fill(name)
    page.locator("#tone-new").select_option(tone)
    administrator.presses(administrator.sites("tags.add"))
    expect(page.locator("summary .tag", has_text=name)).to_be_visible()
    assert violations(page, "the tags of a website") == []
    page.get_by_role("link", name=village.HARBOUR.name, exact=True).click()


def adds_reply(administrator: Administrator, name: str, text: str, *, tag: str = "", then: str = "") -> None:
    page = administrator.page
    page.get_by_role("link", name=OURS("replies.title"), exact=True).click()
    page.get_by_role("link", name=OURS("replies.add")).click()
    page.get_by_label(OURS("replies.name"), exact=True).fill(name)
    page.get_by_label(OURS("replies.words"), exact=True).fill(text)
    if tag:
        page.get_by_role("checkbox", name=tag).check()
    if then:
        page.get_by_label(OURS("replies.then"), exact=True).select_option(label=then)
    assert violations(page, "a reply") == []
    administrator.presses(administrator.pages("form.save"))
    expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
    assert violations(page, "all replies") == []
    page.get_by_role("link", name=village.HARBOUR.name, exact=True).click()


def in_palette(agent: Agent, words: str) -> None:
    agent.page.keyboard.press("ControlOrMeta+k")
    agent.page.get_by_role("combobox", name=agent.words("palette.title")).fill(words)
    # Replies are fetched when the palette opens.
    expect(agent.page.get_by_role("dialog").get_by_role("option").filter(has_text=words).first).to_be_visible()
    agent.page.keyboard.press("Enter")


def test_tags(harbour: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P1: an administrator makes tags, an agent puts them on a chat by keys alone, a colleague sees them live and filters by them, and the visitor
    never does."""
    adds_tag(harbour, "Refund", "wait")
    adds_tag(harbour, "Urgent", "bad")
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ada.writes("I want my money back")
    ben.begins("Ben Okafor")
    ben.writes("When are you open?")
    clara.joins("Ada Moreau")
    in_palette(clara, clara.words("tags.change"))
    dialog = clara.page.get_by_role("dialog", name=clara.words("tags.title"))
    expect(dialog).to_be_visible()
    assert violations(clara.page, "the question for tags") == []
    dialog.get_by_role("checkbox", name="Refund").focus()
    clara.page.keyboard.press("Space")
    clara.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    clara.sees_line("tagged", name="Clara", tags="Refund")
    expect(clara.row("Ada Moreau").locator(".tag", has_text="Refund")).to_be_visible()
    expect(clara.page.get_by_role("complementary").locator(".tag", has_text="Refund")).to_be_visible()
    expect(bruno.row("Ada Moreau").locator(".tag", has_text="Refund")).to_be_visible()
    assert violations(clara.page, "a chat with a tag") == []

    bruno.page.get_by_role("button", name=bruno.words("filter.title")).click()
    question = bruno.page.get_by_role("dialog", name=bruno.words("filter.title"))
    question.get_by_label(bruno.words("filter.tag"), exact=True).select_option(index=1)
    question.get_by_role("button", name=bruno.words("filter.show")).click()
    expect(bruno.row("Ben Okafor")).to_have_count(0)
    bruno.sees_row("Ada Moreau", "active")
    bruno.page.reload()
    bruno.sees_row("Ada Moreau", "active")
    expect(bruno.row("Ben Okafor")).to_have_count(0)

    clara.writes("You have it back tomorrow.")
    ada.sees("You have it back tomorrow.")
    expect(ada.root).not_to_contain_text("Refund")


def test_canned_replies(harbour: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P1: a / offers replies as one types, by keys alone; places are filled, a gap is marked and asked about before it is sent."""
    adds_reply(harbour, "Greeting", "Hello {visitor}, this is {agent} of {site}.")
    adds_reply(harbour, "Number", "Is {email} right, and your order about {service}?")
    clara = new_agent(village.CLARA)
    ada = new_visitor()
    ada.begins()
    ada.writes("Hello?")
    clara.joins("Ada Moreau")
    clara.types("/gre")
    option = clara.root.get_by_role("option", name=re.compile("Greeting"))
    expect(option).to_have_attribute("aria-selected", "true")
    assert violations(clara.page, "replies that are offered") == []
    clara.composer.press("Enter")
    expect(clara.composer).to_have_value("Hello Ada Moreau, this is Clara of Harbour Essays.")
    clara.composer.press("Enter")
    ada.sees("Hello Ada Moreau, this is Clara of Harbour Essays.")

    clara.root.get_by_role("button", name=clara.words("replies.open")).click()
    expect(clara.root.get_by_role("option")).to_have_count(2)
    clara.composer.press("ArrowDown")
    clara.composer.press("Tab")
    expect(clara.composer).to_have_value("Is ada@example.com right, and your order about {service}?")
    assert clara.composer.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == "{service}"
    clara.composer.press("Enter")
    expect(clara.root.get_by_role("alert")).to_contain_text("{service}")
    assert violations(clara.page, "a gap") == []
    clara.page.keyboard.type("binding")
    clara.composer.press("Enter")
    ada.sees("Is ada@example.com right, and your order about binding?")

    # A / inside of a word, and Escape, leave the words alone.
    clara.types("and/or /gre")
    expect(option).to_be_visible()
    clara.composer.press("Escape")
    expect(option).to_have_count(0)
    clara.composer.press("Enter")
    ada.sees("and/or /gre")


def test_macros(harbour: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P1: one press answers, tags and closes; another one asks a colleague to take over, from the palette."""
    adds_tag(harbour, "Refund", "wait")
    adds_reply(harbour, "Money back", "You have it back, {visitor}.", tag="Refund", then=OURS("replies.closes"))
    adds_reply(harbour, "To Bruno", "Bruno knows more.", then=OURS("replies.transfersTo", name="Bruno").replace("\u2068", "").replace("\u2069", ""))
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ada.writes("I want my money back")
    clara.joins("Ada Moreau")
    clara.types("/mon")
    expect(clara.root.get_by_role("option")).to_contain_text(clara.words("replies.closes"))
    clara.composer.press("Enter")
    ada.sees("You have it back, Ada Moreau.")
    clara.sees_row("Ada Moreau", "closed")
    expect(clara.row("Ada Moreau", "closed").locator(".tag", has_text="Refund")).to_be_visible()
    clara.sees_once("You have it back, Ada Moreau.")

    ben.begins("Ben Okafor")
    clara.joins("Ben Okafor")
    expect(clara.composer).to_be_editable()
    in_palette(clara, "To Bruno")
    ben.sees("Bruno knows more.")
    ben.sees_line("asked", name="Clara", to="Bruno")
    bruno.opens("Ben Okafor", "active")
    expect(bruno.composer).to_be_editable()
    bruno.writes("Good morning.")
    ben.sees("Good morning.")


def test_own_replies(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], parley: object) -> None:
    """P1: what somebody keeps for themselves is offered to them, and to no colleague."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    own: Page = clara.page
    in_palette(clara, clara.words("palette.ownReplies"))
    expect(own.get_by_role("heading", name=OURS("replies.own"), level=1)).to_be_visible()
    assert violations(own, "no reply yet") == []
    own.get_by_role("link", name=OURS("replies.add")).click()
    own.get_by_label(OURS("replies.name"), exact=True).fill("Bye")
    own.get_by_label(OURS("replies.words"), exact=True).fill("Have a good day, {visitor}.")
    own.get_by_role("button", name=Words("en", "pages")("form.save")).click()
    expect(own.get_by_role("row").filter(has_text="Bye")).to_be_visible()
    own.goto(own.url.replace("/replies?done=yes", "/console"))
    clara.sees_lists()
    ada = new_visitor()
    ada.begins()
    ada.writes("Thank you")
    clara.joins("Ada Moreau")
    clara.types("/")
    expect(clara.root.get_by_role("option", name=re.compile("Bye"))).to_be_visible()
    clara.composer.press("Enter")
    clara.composer.press("Enter")
    ada.sees("Have a good day, Ada Moreau.")
    bruno.opens("Ada Moreau", "active")
    bruno.presses_join()
    bruno.types("/")
    expect(bruno.root.get_by_text(bruno.words("replies.nothing"))).to_be_visible()


def test_agent_writes_first(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E22f: [+ New] offers who is there and finds who was there before; the chat opens on both sides, by keys alone."""
    clara = new_agent(village.CLARA)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ada.writes("Thank you")
    clara.joins("Ada Moreau")
    clara.closes_chat()
    clara.sees_row("Ada Moreau", "closed")
    clara.page.get_by_role("button", name=clara.words("begin.title")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("begin.title"))
    person = dialog.get_by_role("radio", name=re.compile("Ada Moreau"))
    expect(person).to_be_visible()
    assert violations(clara.page, "the question with whom") == []
    person.focus()
    clara.page.keyboard.press("Space")
    message = dialog.get_by_label(clara.words("begin.message"))
    message.fill("x" * 8_001)
    dialog.get_by_role("button", name=clara.words("begin.start")).click()
    expect(dialog.get_by_role("alert")).to_have_text(clara.words.like("composer.tooLong"))
    message.fill("Your essay is ready.")
    # A click beside it throws nothing away.
    clara.page.mouse.click(5, 5)
    expect(message).to_have_value("Your essay is ready.")
    dialog.get_by_role("button", name=clara.words("begin.start")).press("Enter")
    expect(dialog).to_have_count(0)
    expect(clara.root.get_by_role("heading", name="Ada Moreau")).to_be_visible()
    ada.sees("Your essay is ready.")
    ada.writes("How nice!")
    clara.sees("How nice!")
    clara.sees_row("Ada Moreau", "active")

    # Somebody of earlier, who is away: found by name.
    ben.begins("Ben Okafor")
    ben.writes("Until tomorrow")
    clara.joins("Ben Okafor")
    clara.closes_chat()
    ben.page.context.close()
    in_palette(clara, clara.words("begin.title"))
    dialog.get_by_label(clara.words("begin.find")).fill("okaf")
    found = dialog.get_by_role("radio", name=re.compile("Ben Okafor"))
    expect(found).to_be_visible(timeout=15_000)
    found.check()
    # Who is chosen stays so when the list is told anew.
    with clara.page.expect_response(re.compile("okafo")) as told:
        dialog.get_by_label(clara.words("begin.find")).fill("okafo")
    told.value.finished()
    clara.page.wait_for_timeout(200)
    expect(found).to_be_checked()
    dialog.get_by_label(clara.words("begin.message")).fill("It is ready today.")
    dialog.get_by_role("button", name=clara.words("begin.start")).click()
    expect(clara.root.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    clara.sees("It is ready today.")


def test_what_is_typed(harbour: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P5: where the website is switched so, the team reads what a visitor types, the widget says so, and names stand where several type."""
    page = harbour.page
    page.get_by_role("checkbox", name=re.compile("^" + re.escape(harbour.sites("features.name.typingPreview")))).check()
    harbour.presses(harbour.sites("features.save"))
    expect(page.get_by_text(harbour.sites("done.featuresSaved"))).to_be_visible()
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    expect(ada.root.get_by_text(ada.words("composer.preview"))).to_be_visible()
    assert violations(ada.page, "a widget that says what is seen") == []
    clara.joins("Ada Moreau")
    ada.types("I would like to")
    typed = clara.log.locator(".typed")
    expect(typed).to_have_text("I would like to")
    assert violations(clara.page, "what is typed") == []
    ada.composer.press("Enter")
    expect(typed).to_be_hidden()
    clara.sees("I would like to")

    bruno.opens("Ada Moreau", "active")
    bruno.presses_join()
    bruno.types("Let me")
    clara.types("Of course")
    expect(ada.root.get_by_text(re.compile("Bruno.* and .*Clara.*are typing"))).to_be_visible()
