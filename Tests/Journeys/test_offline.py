import re

from playwright.sync_api import expect

import village
from people import Visitor


def test_offline_message(new_visitor, new_agent, new_page, parley) -> None:
    """E17a, E17b, E91e: with nobody there the widget says so and keeps a message, an agent finds it later, and the answer is there on return."""
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.sees_that_all_are_offline()
    ada.fills_form()
    ada.leaves_message("Please tell me your prices.")
    ada.sees("Please tell me your prices.")
    cookies = ada.page.context.storage_state()
    ada.page.context.close()

    clara = new_agent()
    clara.sees_row("Ada Moreau", "waiting")
    expect(clara.row("Ada Moreau", "waiting")).to_contain_text(clara.words("list.offlineMessage"))
    clara.joins("Ada Moreau")
    clara.sees("Please tell me your prices.")
    clara.writes("Twenty euros a page.")

    again = Visitor(new_page(storage_state=cookies), parley, ada.website)
    again.visits()
    again.opens_widget()
    again.sees_in_order("Please tell me your prices.", "Twenty euros a page.")


def test_offline_turns_online(new_visitor, new_agent) -> None:
    """E4, E15, E22a: when an agent comes while the offline form is open, the form becomes the form of a chat, and what was typed stays."""
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.sees_that_all_are_offline()
    ada.field("name").fill("Ada Moreau")
    clara = new_agent()
    expect(ada.root.get_by_role("button", name=ada.words("form.start"))).to_be_visible()
    expect(ada.field("name")).to_have_value("Ada Moreau")
    clara.sets_status("away")
    expect(ada.root.get_by_role("button", name=ada.words("form.start"))).to_be_visible()
    clara.sets_status("offline")
    ada.sees_that_all_are_offline()


def test_unwritten_chat(new_visitor, new_agent) -> None:
    """E9: a chat that the visitor closes before writing leaves the waiting list and is found as form pending."""
    clara = new_agent()
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    unnamed = clara.words("visitor.unnamed")
    clara.sees_row(unnamed, "waiting")
    ada.presses_close()
    expect(ada.root).to_be_hidden()
    clara.sees_row(unnamed, "closed")
    expect(clara.row(unnamed, "closed")).to_contain_text(clara.words("list.formPending"))
    expect(clara.row(unnamed, "waiting")).to_have_count(0)


def test_bare_visit(new_visitor, new_agent) -> None:
    """E6, E18b: somebody who only looks at the website gets the loader and no panel, no socket, and rings nobody."""
    clara = new_agent()
    expect(clara.rows.first).to_be_visible()
    rows_before = clara.rows.count()
    ada = new_visitor()
    asked: list[str] = []
    sockets: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.page.on("websocket", lambda socket: sockets.append(socket.url))
    ada.visits()
    expect(ada.launcher).to_be_visible()
    ada.page.wait_for_load_state("networkidle")
    assert any(re.search(r"/widget\.js", url) for url in asked)
    assert [url for url in asked if "/panel-" in url] == [] and sockets == []
    expect(clara.rows).to_have_count(rows_before)
    with ada.page.expect_websocket():
        ada.opens_widget()


def test_offline_message_too_long(new_visitor) -> None:
    """E17b: an offline message that is too long stays whole, says by how much, and is not sent before it fits."""
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form()
    message = ada.root.get_by_role("textbox", name=ada.words("offline.message"))
    message.fill("🙂" * 8_003)
    excess = ada.root.get_by_text(ada.words.like("composer.tooLong", count="3"))
    expect(excess).to_be_visible()
    ada.root.get_by_role("button", name=ada.words("offline.send")).click()
    expect(message).to_be_focused()
    expect(message).to_have_value("🙂" * 8_003)
    expect(ada.bubbles).to_have_count(0)
    message.fill("🙂" * 8_000)
    expect(excess).to_be_hidden()
    ada.root.get_by_role("button", name=ada.words("offline.send")).click()
    ada.sees("🙂" * 8_000)


def test_somebody_comes_while_a_message_is_written(new_visitor, new_agent) -> None:
    """E17a, E22a: when an agent comes in the middle of an offline message, words and focus stay, and it becomes the first message of a chat."""
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form()
    message = ada.root.get_by_role("textbox", name=ada.words("offline.message"))
    message.press_sequentially("Do you edit")
    clara = new_agent()
    ada.looks()
    expect(ada.root.get_by_text(ada.words("offline.came"))).to_be_visible()
    expect(message).to_be_focused()
    ada.page.keyboard.type(" theses?")
    expect(message).to_have_value("Do you edit theses?")
    ada.starts_chat()
    ada.sees("Do you edit theses?")
    expect(ada.composer).to_have_value("")
    clara.joins("Ada Moreau")
    clara.sees_once("Do you edit theses?")
