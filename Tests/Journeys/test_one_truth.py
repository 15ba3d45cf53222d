"""Things that happen in the same moment in several browsers: afterwards all of them show the same."""

import re
import time
from collections.abc import Callable

from people import Administrator, Agent, Reader, Visitor
from playwright.sync_api import Locator, expect
from test_writing import change

import village

# Long enough for every browser to have been told when to press.
AHEAD_MILLISECONDS = 700


def test_one_truth(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], administrator: Administrator) -> None:
    """E10a, E27a, E27c, E55, E56, E88b, E89a, X4: two agents accept at once, a message is written again while it is read, one hands over while the
    visitor closes, both sides close, and a website is taken away in the middle: each browser shows the same truth."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Who answers first?")
    for agent in (clara, bruno):
        agent.sees_row("Ada Moreau", "waiting")

    press_together(clara.row("Ada Moreau", "waiting"), bruno.row("Ada Moreau", "waiting"))
    for agent in (clara, bruno):
        agent.looks()
        # Whose list showed first that somebody had come has opened the chat without accepting it.
        agent.page.wait_for_timeout(AHEAD_MILLISECONDS)
        if agent.root.get_by_role("button", name=agent.words("chat.join")).is_visible():
            agent.presses_join()
        expect(agent.composer).to_be_editable()
    for reader, others in ((ada, [village.CLARA, village.BRUNO]), (clara, [village.BRUNO]), (bruno, [village.CLARA])):
        for person in others:
            expect(reader.log.get_by_text(reader.words.like(f"{reader.lines}.joined", name=person.pseudonym))).to_have_count(1)
    clara.writes("I do.")
    bruno.writes("So do I.")
    read_the_same(ada, clara, bruno)

    clara.looks()
    change(clara, "I do.", "I did.")
    for reader in (ada, clara, bruno):
        reader.sees("I did.")
    read_the_same(ada, clara, bruno)

    bruno.leaves()
    ada.sees_line("left", name=village.BRUNO.pseudonym)
    clara.root.get_by_role("button", name=clara.words("chat.transfer")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("transfer.title"))
    dialog.get_by_role("radio", name=village.BRUNO.pseudonym).check()
    ada.presses_close()
    press_together(
        dialog.get_by_role("button", name=clara.words("transfer.leave")),
        ada.root.get_by_role("alertdialog").get_by_role("button", name=ada.words("closing.yes")),
    )
    ada.sees_line("closedByYou")
    for agent in (clara, bruno):
        agent.looks()
        agent.sees_row("Ada Moreau", "closed")
    if dialog.is_visible():
        dialog.get_by_role("button", name=clara.words("transfer.cancel")).click()
    read_the_same(ada, clara, bruno)

    ada.looks()
    ada.writes("One more thing.")
    clara.looks()
    clara.presses_join()
    expect(clara.root.get_by_role("button", name=clara.words("chat.close"))).to_be_visible()
    ada.presses_close()
    press_together(
        clara.root.get_by_role("button", name=clara.words("chat.close")),
        ada.root.get_by_role("alertdialog").get_by_role("button", name=ada.words("closing.yes")),
    )
    clara.sees_row("Ada Moreau", "closed")
    read_the_same(ada, clara, bruno)
    for reader in (ada, clara, bruno):
        expect(reader.log.get_by_text(re.compile("(closed|ended) the chat"))).to_have_count(2)

    ada.looks()
    ada.writes("Are you both there?")
    for agent in (clara, bruno):
        agent.looks()
        agent.presses_join()
    ada.sees_line("joined", name=village.BRUNO.pseudonym)
    administrator.goes_to("/admin/sites/teams")
    administrator.page.get_by_role("checkbox", name=f"{village.BRUNO.name} {village.HARBOUR.name}").uncheck()
    administrator.page.get_by_role("button", name=administrator.sites("teams.save")).click()
    expect(administrator.page.get_by_role("status")).to_have_text(administrator.sites("teams.done"))
    bruno.looks()
    expect(bruno.row("Ada Moreau")).to_have_count(0)
    expect(bruno.composer).to_have_count(0)
    ada.looks()
    ada.writes("Nobody else reads this.")
    clara.sees("Nobody else reads this.")
    read_the_same(ada, clara)
    expect(bruno.page.get_by_text("Nobody else reads this.")).to_have_count(0)


def press_together(*buttons: Locator) -> None:
    """Each browser presses at the same moment by its own clock, which is one clock on one machine."""
    at = time.time() * 1000 + AHEAD_MILLISECONDS
    for button in buttons:
        button.evaluate("(button, at) => { setTimeout(() => button.click(), at - Date.now()); }", at)
    assert time.time() * 1000 < at, "the last browser was told too late"
    buttons[0].page.wait_for_timeout(AHEAD_MILLISECONDS)


def read_the_same(*readers: Reader) -> None:
    """The words of every bubble, in the same order."""

    def words() -> list[list[str]]:
        return [[text.strip() for text in reader.bubbles.locator("> p").all_inner_texts()] for reader in readers]

    readers[0].waits_until(lambda: all(texts == words()[0] for texts in words()), lambda: f"the browsers show {words()}")
