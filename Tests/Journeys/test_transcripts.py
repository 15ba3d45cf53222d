"""A chat that is taken along, who else looks at one, and what was begun on another device."""

from collections.abc import Callable

import pytest
from letters import letter_about, plain_text
from people import Administrator, Agent, Visitor
from playwright.sync_api import Locator, expect
from test_accessibility import SCHEMES, violations
from test_sizes import nothing_sticks_out

import village
from line import Line
from program import Program
from words import Words

OURS = Words("en", "conversations")
SUBJECT = f"Your chat with {village.HARBOUR.name}"


def talked(ada: Visitor, clara: Agent) -> None:
    """A chat with a question and an answer."""
    ada.writes("Do you cover marine biology?")
    clara.joins("Ada Moreau")
    clara.writes("We do.")
    ada.sees("We do.")


def offered(ada: Visitor) -> Locator:
    return ada.root.get_by_role("button", name=ada.words("transcript.send"))


def viewers(agent: Agent) -> Locator:
    return agent.header.locator(".viewers")


def transcript(parley: Program) -> str:
    return plain_text(letter_about(parley, SUBJECT))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_chat_goes_out_as_a_letter(
    parley: Program, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], scheme: str
) -> None:
    """P10: once a chat is over its visitor has it sent by one press; the letter has what was said under the names of the website."""
    clara = new_agent(color_scheme=scheme)
    ada = new_visitor(color_scheme=scheme, phone=scheme == "dark")
    ada.begins()
    talked(ada, clara)
    expect(offered(ada)).to_have_count(0)
    clara.closes_chat()
    ada.looks()
    expect(offered(ada)).to_be_in_viewport()
    assert violations(ada.page, "a chat that can be sent") == []
    offered(ada).click()
    expect(ada.root.get_by_text(ada.words("transcript.sent"))).to_be_visible()
    assert violations(ada.page, "a chat that was sent") == []
    letter = transcript(parley)
    assert "Do you cover marine biology?" in letter and "We do." in letter and "Clara ·" in letter
    # Whoever writes on is asked when that is over.
    ada.writes("One more thing")
    expect(ada.root.get_by_text(ada.words("transcript.sent"))).to_have_count(0)


def test_who_has_no_address_gives_one(
    parley: Program, administrator: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]
) -> None:
    """P10: where the form asks for no address, one field does, and what is no address is said to be none."""
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name=village.HARBOUR.name).click()
    administrator.page.locator("[name=formEmail]").select_option("absent")
    administrator.presses(administrator.pages("form.save"))
    clara = new_agent()
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.field("name").fill("Ada Moreau")
    ada.field("phone").fill("+33 6 12 34 56 78")
    ada.starts_chat()
    talked(ada, clara)
    expect(clara.page.get_by_role("button", name=clara.words("transcript.mail"))).to_be_hidden()
    ada.closes_chat()
    offered(ada).click()
    field = ada.root.get_by_role("textbox", name=ada.words("transcript.address"))
    expect(field).to_be_focused()
    assert violations(ada.page, "the question for an address") == []
    field.fill("ada@home")
    field.press("Enter")
    expect(ada.root.locator(".transcript").get_by_role("status")).not_to_be_empty()
    field.fill("ada@home.example")
    field.press("Enter")
    expect(ada.root.get_by_text(ada.words("transcript.sent"))).to_be_visible()
    letter = letter_about(parley, SUBJECT)
    assert "ada@home.example" in letter["To"]


def test_team_sends_and_prints(parley: Program, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P10: the team sends a chat to the address of the form, and reads and prints the whole thread; notes only where they are asked for."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    talked(ada, clara)
    clara.root.get_by_role("button", name=clara.words("note.mode")).click()
    note = clara.root.get_by_role("textbox", name=clara.words("note.label"))
    note.fill("A difficult one")
    note.press("Enter")
    details = clara.page.get_by_role("complementary", name=clara.words("panel.title"))
    details.get_by_role("button", name=clara.words("transcript.mail")).click()
    expect(details.get_by_text(clara.words("transcript.mailed"))).to_be_visible()
    assert violations(clara.page, "a chat that was sent, in the console") == []
    assert "We do." in transcript(parley) and "A difficult one" not in transcript(parley)

    with clara.page.expect_popup() as opened:
        details.get_by_role("link", name=clara.words("transcript.print")).click()
    page = opened.value
    main = page.locator("main")
    expect(main.get_by_role("heading", level=1)).to_contain_text("Ada Moreau")
    expect(main).to_contain_text("Do you cover marine biology?")
    expect(main).not_to_contain_text("A difficult one")
    assert violations(page, "a thread to print") == []
    nothing_sticks_out(page)
    page.get_by_role("link", name=OURS("transcript.with")).click()
    expect(main).to_contain_text("A difficult one")
    assert violations(page, "a thread to print with its notes") == []
    expect(page.get_by_role("button", name=OURS("transcript.print"))).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.get_by_role("button", name=OURS("transcript.print"))).to_be_hidden()
    expect(main).to_contain_text("We do.")


def test_who_else_is_viewing(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P5: colleagues who have the same chat open see each other by face and name, until one goes elsewhere or closes the page; the visitor never."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    talked(ada, clara)
    ben.begins("Ben Okafor")
    ben.writes("When are you open?")
    expect(viewers(clara).locator(".face")).to_have_count(0)
    bruno.opens("Ada Moreau", "active")
    expect(viewers(clara)).to_contain_text("Bruno")
    expect(viewers(clara).locator(".face").first).to_be_visible()
    expect(viewers(bruno)).to_contain_text("Clara")
    assert violations(clara.page, "a chat that a colleague looks at") == []
    expect(ada.root).not_to_contain_text("Bruno")
    bruno.opens("Ben Okafor")
    expect(viewers(clara).locator(".face")).to_have_count(0)
    expect(viewers(bruno).locator(".face")).to_have_count(0)
    bruno.opens("Ada Moreau", "active")
    expect(viewers(clara)).to_contain_text("Bruno")
    bruno.page.close()
    expect(viewers(clara).locator(".face")).to_have_count(0)


def test_draft_on_every_device(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E91d: what is begun at the desk is there on the telephone, which writes on; sending it empties both, and a new device has what is open."""
    desk, phone = new_agent(), new_agent(phone=True)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you cover marine biology?")
    desk.joins("Ada Moreau")
    desk.types("Dear Ada, we ")
    phone.opens("Ada Moreau", "active")
    expect(phone.composer).to_have_value("Dear Ada, we ")
    phone.composer.press("End")
    phone.types("do.")
    expect(desk.composer).to_have_value("Dear Ada, we do.")
    assert not ada.message("Dear Ada, we do.").is_visible()
    third = new_agent()
    third.opens("Ada Moreau", "active")
    expect(third.composer).to_have_value("Dear Ada, we do.")
    desk.composer.press("Enter")
    ada.sees("Dear Ada, we do.")
    for device in (desk, phone, third):
        expect(device.composer).to_have_value("")


@pytest.mark.broken_line
def test_draft_without_a_line(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E91d: what is written without a connection stays on its device, and is on the others as soon as there is one."""
    desk, train = new_agent(), new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you cover marine biology?")
    desk.joins("Ada Moreau")
    line = Line(train.page)
    train.page.reload()
    train.opens("Ada Moreau", "active")
    expect(train.composer).to_be_editable()
    line.cut()
    train.types("From the tunnel")
    desk.page.wait_for_timeout(2_500)
    expect(desk.composer).to_have_value("")
    line.mend()
    expect(desk.composer).to_have_value("From the tunnel", timeout=30_000)
