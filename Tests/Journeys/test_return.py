from playwright.sync_api import expect

import village
from people import Visitor


def test_next_page(new_visitor, new_agent) -> None:
    """E8, E11c, E22c, E33: on the next page the panel is as it was, an answer is not missed, and the agent sees where the visitor is."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("What does it cost?")
    clara.joins("Ada Moreau")
    ada.follows_link(village.PRICES)
    expect(ada.root).to_be_visible()
    ada.sees("What does it cost?")
    clara.sees_page(village.PRICES.title)
    clara.writes("Twenty euros a page.")
    ada.sees("Twenty euros a page.")

    ada.minimises()
    ada.follows_link(village.HOME)
    clara.writes("Students pay fifteen.")
    ada.sees_unread_on_launcher(1)
    expect(ada.root).to_be_hidden()
    ada.opens_widget()
    ada.sees_in_order("What does it cost?", "Twenty euros a page.", "Students pay fifteen.")


def test_reload_in_the_middle(new_visitor, new_agent) -> None:
    """X4: both sides reload, and each message stands once and in its order."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("First")
    clara.joins("Ada Moreau")
    clara.writes("Second")
    ada.sees("Second")
    ada.page.reload()
    clara.page.reload()
    ada.writes("Third")
    clara.opens("Ada Moreau")
    clara.writes("Fourth")
    for reader in (ada, clara):
        reader.sees_in_order("First", "Second", "Third", "Fourth")


def test_second_tab(new_visitor, new_agent) -> None:
    """E11a: a second tab of the same visitor is the same conversation, and neither shows a message twice."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("From the first tab")
    clara.joins("Ada Moreau")
    second = Visitor(ada.page.context.new_page(), ada.program, ada.website)
    second.visits()
    second.opens_widget()
    second.sees("From the first tab")
    second.writes("From the second tab")
    clara.writes("To both")
    for reader in (ada, second, clara):
        reader.sees_in_order("From the first tab", "From the second tab", "To both")
    expect(clara.row("Ada Moreau")).to_have_count(1)


def test_another_day(new_visitor, new_agent, new_page, parley) -> None:
    """E19, E91c, E91e, X6: days later the cookie brings the thread back, and writing opens the next chat in the same thread."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("I will think about it.")
    clara.joins("Ada Moreau")
    clara.writes("Take your time.")
    ada.sees("Take your time.")
    clara.closes_chat()
    ada.sees_line("closedByAgent", name=village.CLARA.pseudonym)
    cookies = ada.page.context.cookies()
    key = next(cookie for cookie in cookies if cookie["name"] == "parley_key")
    days = (key["expires"] - ada.page.evaluate("Date.now() / 1000")) / 86_400
    assert 364 < days <= 365
    ada.page.context.close()

    # Another start of the browser keeps cookies, and no page, no session storage, no memory.
    again = Visitor(new_page(storage_state={"cookies": [key], "origins": []}), parley, ada.website)
    again.visits()
    again.opens_widget()
    again.sees_in_order("I will think about it.", "Take your time.")
    again.writes("I have decided.")
    clara.sees_row("Ada Moreau", "waiting")
    clara.joins("Ada Moreau")
    clara.sees_in_order("I will think about it.", "Take your time.", "I have decided.")
    expect(clara.row("Ada Moreau")).to_have_count(1)


def test_somebody_else_sees_nothing(new_visitor, new_agent) -> None:
    """E11b: another browser has another key, and sees nothing of the first one's thread."""
    clara = new_agent()
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ada.writes("This is between us.")
    clara.joins("Ada Moreau")
    ben.begins("Ben Okafor")
    ben.writes("Hello")
    clara.sees_row("Ben Okafor", "waiting")
    expect(ben.message("This is between us.")).to_have_count(0)
    expect(ben.bubbles).to_have_count(1)
