"""A silent agent keeps nobody waiting: turns, waits that take too long, and who comes and says nothing."""

from collections.abc import Callable

from people import Administrator, Agent, Manager, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations
from test_paid import lets_minutes_pass

import village
from program import Program


def changes_rules(administrator: Administrator, site: str, numbers: dict[str, str], *, in_turn: bool) -> None:
    """From the website's page, as somebody who looks for it."""
    page = administrator.page
    administrator.goes_to("/admin/sites")
    page.get_by_role("link", name=site).first.click()
    page.get_by_role("link", name=administrator.sites("queue.link")).click()
    for name, value in numbers.items():
        page.get_by_label(administrator.sites(f"queue.{name}")).fill(value)
    page.get_by_label(administrator.sites("queue.inTurn")).set_checked(in_turn)
    administrator.presses(administrator.pages("form.save"))
    expect(page.get_by_role("status")).to_have_text(administrator.sites("queue.done"))
    assert violations(page, "the rules of the queue") == []


def test_left_with_the_team(
    new_visitor: Callable[..., Visitor],
    new_agent: Callable[..., Agent],
    new_page: Callable[..., Page],
    parley: Program,
) -> None:
    """X5: nobody comes in time: the manager reads it, the visitor leaves the question with the team without typing it again."""
    clara, mona = new_agent(village.CLARA), Manager(new_page(), parley, village.MANAGER)
    mona.sign_in()
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you have the first edition?")
    leave = ada.root.get_by_role("button", name=ada.words("thread.entrust"))
    expect(leave).to_have_count(0)
    lets_minutes_pass(new_page(), parley, 6)
    expect(leave).to_be_visible()
    ada.sees_line("overdue")
    assert violations(ada.page, "the widget where nobody came in time") == []
    mona.page.get_by_role("button", name="1 unread notice").click()
    expect(mona.page.get_by_text("waits and nobody answers").first).to_be_visible()
    leave.click()
    ada.sees_line("stored")
    expect(leave).to_have_count(0)
    ada.page.reload()
    ada.sees_once("Do you have the first edition?")
    expect(clara.row("Ada Moreau", "waiting")).to_contain_text(clara.words("list.offlineMessage"))
    clara.opens("Ada Moreau", "waiting")
    expect(clara.log).to_contain_text(clara.words("line.waitOverdue"))
    clara.writes("We have it.")
    ada.sees("We have it.")


def test_who_came_and_says_nothing(
    new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program
) -> None:
    """X5: Clara joins and does not answer; Ada is told, Bruno is called, and Clara may come back by a click."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you have the first edition?")
    clara.joins("Ada Moreau")
    ada.sees_line("joined", name="Clara")
    lets_minutes_pass(new_page(), parley, 11)
    ada.sees_line("silent", name="Clara")
    expect(clara.log).to_contain_text(clara.words("line.youSilent"))
    bruno.sees_row("Ada Moreau", "waiting")
    bruno.joins("Ada Moreau")
    expect(bruno.log).to_contain_text(bruno.words.like("line.silent", name="Clara"))
    bruno.writes("On the second floor.")
    ada.sees("On the second floor.")


def is_turn_of(agent: Agent) -> bool:
    return agent.row("Ada Moreau", "active").is_visible()


def test_in_turn(
    administrator: Administrator,
    new_visitor: Callable[..., Visitor],
    new_agent: Callable[..., Agent],
    new_page: Callable[..., Page],
    parley: Program,
) -> None:
    """P2: with turns on, a new chat calls one agent; the other reads whose turn it is, and is next."""
    changes_rules(administrator, village.HARBOUR.name, {"offerSeconds": "60"}, in_turn=True)
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Do you have the first edition?")
    # One has it among their own chats, the other among those that wait.
    clara.waits_until(lambda: is_turn_of(clara) != is_turn_of(bruno), lambda: "it is nobody's turn")
    turn, other = (clara, bruno) if is_turn_of(clara) else (bruno, clara)
    expect(turn.page.locator(".toast")).to_contain_text(turn.words.like("toast.turn", name="Ada Moreau"))
    expect(other.row("Ada Moreau", "waiting")).to_be_visible()
    expect(other.page.locator(".toast")).to_have_count(0)
    lets_minutes_pass(new_page(), parley, 1)
    other.sees_row("Ada Moreau", "active")
    other.opens("Ada Moreau", "active")
    expect(other.composer).to_be_editable()
    expect(ada.log).not_to_contain_text("turn")
    other.writes("On the second floor.")
    ada.sees("On the second floor.")
    expect(other.log).to_contain_text(other.words("line.offerEnded"))
