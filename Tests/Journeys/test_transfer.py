"""A chat goes from one agent to another, and whoever waits knows where they stand."""

import re
from collections.abc import Callable

import pytest
from people import Agent, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations
from test_paid import lets_minutes_pass

import village
from program import Program


@pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)
def test_transfer_and_leave(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E28, E32, E53, E54a, E54b, E54c, E55, E56, E89b: Clara hands Ada over and leaves; Bruno finds the chat among his own, joins by a click,
    and each reads what happened when it is true."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you have the first edition?")
    clara.joins("Ada Moreau")
    clara.root.get_by_role("button", name=clara.words("chat.transfer")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("transfer.title"))
    expect(dialog.get_by_role("radio", name="Bruno")).to_be_visible()
    expect(dialog).to_contain_text(clara.words("transfer.online"))
    expect(dialog.get_by_role("radio", name="Elif")).to_have_count(0)
    assert violations(clara.page, "the question whom to ask") == []
    dialog.get_by_role("button", name=clara.words("transfer.cancel")).click()
    clara.hands_over("Bruno", "Knows the library")

    ada.sees_line("asked", name="Clara", to="Bruno")
    ada.sees_line("left", name="Clara")
    bruno.sees_row("Ada Moreau", "active")
    expect(bruno.row("Ada Moreau", "active")).to_contain_text(bruno.words("list.forYou"))
    clara.sees_row("Ada Moreau", "waiting")
    expect(clara.row("Ada Moreau", "waiting")).to_contain_text(re.compile("Bruno"))
    toast = bruno.page.locator(".toast")
    expect(toast).to_contain_text(bruno.words.like("toast.transferred", name="Ada Moreau"))

    bruno.opens("Ada Moreau", "active")
    expect(bruno.composer).to_be_editable()
    ada.sees_line("transferred", name="Bruno")
    for reader in (clara, bruno):
        expect(reader.log).to_contain_text(reader.words.like("line.transferredBecause", name="Clara", to="Bruno", reason="Knows the library"))
    expect(ada.root).not_to_contain_text("Knows the library")
    bruno.writes("We have it on the second floor.")
    ada.sees("We have it on the second floor.")
    assert violations(bruno.page, "the console after it was handed over") == []
    assert violations(ada.page, "the widget after it was handed over") == []


def test_transfer_and_stay(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E28, E55: who stays goes on writing beside the colleague; the button in the sidebar asks the same question."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    clara.joins("Ada Moreau")
    clara.page.get_by_role("complementary").get_by_role("button", name=clara.words("chat.transfer")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("transfer.title"))
    dialog.get_by_role("radio", name="Bruno").check()
    dialog.get_by_role("button", name=clara.words("transfer.stay")).click()
    expect(dialog).to_have_count(0)
    clara.writes("Bruno comes in a moment.")
    bruno.opens("Ada Moreau", "active")
    expect(bruno.composer).to_be_editable()
    ada.sees_line("transferred", name="Bruno")
    bruno.writes("Good morning.")
    clara.sees("Good morning.")
    ada.sees_in_order("Bruno comes in a moment.", "Good morning.")


def test_a_colleague_who_does_not_come(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program) -> None:
    """X5: whom nobody takes over waits for the whole team again, and reads the truth."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    clara.joins("Ada Moreau")
    clara.hands_over("Bruno")
    bruno.sees_row("Ada Moreau", "active")
    lets_minutes_pass(new_page(), parley, 3)
    ada.sees_line("waits")
    bruno.sees_row("Ada Moreau", "waiting")
    clara.joins("Ada Moreau")
    ada.sees_line("joined", name="Clara")


def test_place_in_the_queue(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """P2, X5: who waits reads the true place, live, and nothing of it once somebody answers or nobody is there."""
    clara = new_agent(village.CLARA)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ben.begins("Ben Okafor")
    expect(ada.log).to_contain_text(ada.words.find("thread.queue")["one"])
    expect(ben.log).to_contain_text(ben.words.find("thread.queue")["other"].replace("{count}", "2"))
    assert violations(ben.page, "the widget with the place in the queue") == []
    clara.joins("Ada Moreau")
    expect(ada.log).not_to_contain_text(ada.words.find("thread.queue")["one"])
    expect(ben.log).to_contain_text(ben.words.find("thread.queue")["one"])
    clara.page.context.close()
    expect(ben.log).not_to_contain_text(ben.words.find("thread.queue")["one"], timeout=30_000)


@pytest.mark.broken_line
def test_asked_without_a_line(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], parley: Program) -> None:
    """E53, X4: who asks for a colleague while the server is gone is told so, finds the colleagues when it is back, and no click beside throws the reason away."""
    clara, _ = new_agent(), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Is there a discount?")
    clara.joins("Ada Moreau")
    parley.kill()
    clara.root.get_by_role("button", name=clara.words("chat.transfer")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("transfer.title"))
    expect(dialog.get_by_role("alert")).to_have_text(clara.words("failure.offline"))
    dialog.get_by_role("textbox").fill("Knows the discounts")
    clara.page.mouse.click(5, 5)
    parley.start()
    dialog.get_by_role("radio", name=village.BRUNO.pseudonym).check()
    expect(dialog.get_by_role("alert")).to_have_text("")
    expect(dialog.get_by_role("textbox")).to_have_value("Knows the discounts")
    dialog.get_by_role("button", name=clara.words("transfer.stay")).click()
    ada.sees_line("asked", name="Clara", to="Bruno")
