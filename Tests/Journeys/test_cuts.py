import re

import pytest
from playwright.sync_api import expect

from line import Line
from test_accessibility import violations
from test_writing import field_of_change

import village

BURST = [f"Line {number} of the burst" for number in range(1, 9)]


def talk_over_a_line(clara, ada, text: str):
    """An agent, a visitor who read their first words, and the agent's line, which can be cut."""
    line = Line(clara.page)
    clara.page.reload()
    ada.begins()
    clara.joins("Ada Moreau")
    clara.writes(text)
    ada.sees(text)
    clara.sees_tick(text, "seen")
    return clara, ada, line


@pytest.mark.broken_line
def test_cut_connection(new_visitor, new_agent) -> None:
    """X4: what is written while the line is cut waits, says so, and arrives exactly once when the line is back."""
    clara = new_agent()
    ada = new_visitor()
    line = Line(ada.page)
    ada.begins()
    ada.writes("Before the cut")
    clara.joins("Ada Moreau")
    ada.sees_tick("Before the cut", "seen")

    line.cut()
    ada.writes("Written in the tunnel")
    ada.writes("Still in the tunnel")
    ada.sees_tick("Still in the tunnel", "unsent")
    ada.sees_that_the_line_is_cut()
    clara.writes("Are you there?")
    clara.sees_tick("Are you there?", "sent")

    line.mend()
    ada.sees("Are you there?")
    for reader in (ada, clara):
        reader.sees_once("Before the cut", "Written in the tunnel", "Still in the tunnel", "Are you there?")
    clara.sees_in_order("Before the cut", "Written in the tunnel", "Still in the tunnel")
    clara.sees_tick("Are you there?", "seen")
    ada.sees_tick("Still in the tunnel", "seen")


@pytest.mark.broken_line
def test_a_server_that_is_gone_is_told_soon(new_visitor, new_agent, parley) -> None:
    """X4, E28: within two seconds the banner says that the line is cut, however often another is tried; what could not be loaded beside the chat meanwhile
    is there when the line is."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Is anybody there?")
    clara.sees_row("Ada Moreau", "waiting")
    ada.page.context.close()
    expect(clara.row("Ada Moreau").locator(".face")).not_to_have_attribute("data-presence", "online")
    parley.kill()
    banner = clara.page.get_by_text(clara.words("connection.lost"))
    expect(banner).to_be_visible(timeout=2_000)
    clara.row("Ada Moreau").click()
    failed = clara.page.get_by_text(clara.words("panel.failed"))
    expect(failed).to_be_visible()
    parley.start()
    expect(banner).to_have_count(0)
    expect(clara.page.locator("parley-sidebar").get_by_text(clara.words("panel.browser"), exact=True)).to_be_visible()
    expect(failed).to_have_count(0)


@pytest.mark.broken_line
@pytest.mark.parametrize("phone", [False, True])
def test_the_banner_hides_nobody(new_visitor, new_agent, parley, phone) -> None:
    """E30, X4: the banner of a cut line stands above the notice that somebody waits, and not over it."""
    clara = new_agent(phone=phone)
    ada, ben = new_visitor(), new_visitor()
    ada.begins()
    ada.writes("Is there a discount?")
    clara.joins("Ada Moreau")
    ben.begins("Ben Okafor")
    toast = clara.page.locator(".toast")
    expect(toast).to_contain_text("Ben Okafor")
    parley.kill()
    expect(clara.page.locator(".banner")).to_be_visible()
    above, below = clara.page.locator(".banner").bounding_box(), toast.bounding_box()
    assert above and below and above["y"] + above["height"] <= below["y"]


@pytest.mark.broken_line
def test_before_the_first_line(new_visitor, new_agent) -> None:
    """E4, E19, E22b: while no line was had yet neither side is told what nobody knows: that there is no website, or that nobody is online."""
    clara = new_agent()
    ada = new_visitor()
    lines = [Line(clara.page), Line(ada.page)]
    for line in lines:
        line.cut()
    clara.page.reload()
    expect(clara.page.get_by_text(clara.words("connection.lost"))).to_be_visible()
    expect(clara.page.get_by_text(clara.words("empty.noSiteText"))).to_have_count(0)
    ada.visits()
    ada.opens_widget()
    ada.sees_that_the_line_is_cut()
    status = ada.root.locator(".head .title p")
    expect(status).to_have_text("")
    for line in lines:
        line.mend()
    expect(status).to_have_text(ada.words("header.online"))
    expect(clara.page.get_by_text(clara.words("chat.noneText"))).to_be_visible()


@pytest.mark.broken_line
def test_cut_while_an_acknowledgement_is_on_its_way(new_visitor, new_agent) -> None:
    """X4: a message that arrived, but whose acknowledgement was lost, is sent again and stands once."""
    clara = new_agent()
    ada = new_visitor()
    line = Line(ada.page)
    ada.begins()
    clara.joins("Ada Moreau")
    line.swallow_answers()
    ada.writes("Did this arrive?")
    clara.sees("Did this arrive?")
    ada.sees_tick("Did this arrive?", "unsent")
    line.cut()
    line.mend()
    ada.sees_tick("Did this arrive?", "seen")
    for reader in (ada, clara):
        reader.sees_once("Did this arrive?")


@pytest.mark.broken_line
def test_cut_of_the_agent(new_visitor, new_agent) -> None:
    """X4, E22b: an agent whose line is cut is told and writes on where they were, reads what came meanwhile, and nothing stands twice."""
    clara, ada, line = talk_over_a_line(new_agent(), new_visitor(), "One moment")
    place = clara.composer.bounding_box()
    line.cut()
    expect(clara.page.get_by_text(clara.words("connection.lost"))).to_be_visible()
    assert clara.composer.bounding_box() == place, "the banner moves what one is working on"
    clara.writes("I have found it")
    clara.sees_tick("I have found it", "unsent")
    ada.writes("Any news?")
    ada.sees_tick("Any news?", "sent")
    line.mend()
    ada.sees("I have found it")
    clara.sees("Any news?")
    for reader in (ada, clara):
        reader.sees_once("One moment", "I have found it", "Any news?")


@pytest.mark.burst
@pytest.mark.broken_line
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_kill_in_the_middle_of_a_burst(new_visitor, new_agent, parley) -> None:
    """X4: the server is killed while both write, started again, and every line stands once and in its order on both sides."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    clara.joins("Ada Moreau")
    for place, text in enumerate(BURST):
        ada.writes(text)
        if place % 2:
            clara.writes(f"Answer {place}")
        if place == len(BURST) // 2:
            parley.kill()
    parley.start()
    for reader in (ada, clara):
        reader.sees_in_order(*BURST)
        reader.sees_in_order(*(f"Answer {place}" for place in range(1, len(BURST), 2)))
    ada.sees_tick(BURST[-1], "seen")

    # Read from the disk, not from the memory of a page.
    for reader in (ada, clara):
        reader.page.reload()
    clara.opens("Ada Moreau")
    for reader in (ada, clara):
        reader.sees_in_order(*BURST)


@pytest.mark.broken_line
def test_the_network_goes_and_comes(new_visitor, new_agent) -> None:
    """X4, X11: what the browser knows is said at once and used at once; a press tries; and “no connection” in a message that is being changed goes when the line is back."""
    clara, ada, line = talk_over_a_line(new_agent(), new_visitor(), "Ten euro.")
    field = field_of_change(clara, "Ten euro.", "Ten euros.")
    banner = clara.page.get_by_text(clara.words("connection.lost"))
    line.is_cut = True
    # The socket itself stays open, as one does whose network went.
    clara.page.evaluate("() => { Object.defineProperty(navigator, 'onLine', { value: false, configurable: true }); dispatchEvent(new Event('offline')); }")
    expect(banner).to_be_visible(timeout=700)
    field.press("Enter")
    fault = clara.root.get_by_text(clara.words("revising.offline"))
    expect(fault).to_be_visible()
    clara.page.wait_for_timeout(8_000)
    line.mend()
    clara.page.get_by_role("button", name=clara.words("connection.now")).click()
    expect(banner).to_have_count(0, timeout=2_500)
    expect(fault).to_have_count(0)
    expect(field).to_have_value("Ten euros.")
    field.press("Enter")
    ada.sees("Ten euros.")


@pytest.mark.broken_line
def test_a_website_is_taken_away_while_a_message_waits(new_visitor, new_agent, administrator, watch) -> None:
    """X4, E88b: an agent whose website was taken away while a message of theirs waited is told that it is not sent, finds the words and copies or discards them."""
    clara, ada, line = talk_over_a_line(new_agent(), new_visitor(), "One moment")
    line.cut()
    clara.writes("It is 24 euros.")
    clara.sees_tick("It is 24 euros.", "unsent")
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name="Harbour Essays").click()
    member = administrator.page.locator("#team details").filter(has_text="Clara")
    member.locator("summary").click()
    # The facts beside the chat may be asked for before the lists say that it is gone.
    watch.expects = re.compile(r"status of 404 .*/console/chats/\d+/visitor$")
    member.get_by_role("button", name=administrator.sites("team.remove")).click()
    expect(administrator.page.locator("#team details").filter(has_text="Clara")).to_have_count(0)
    line.mend()
    clara.page.evaluate("dispatchEvent(new Event('online'))")
    toast = clara.page.locator(".toast").filter(has_text=clara.words("chat.unsentToast"))
    expect(toast).to_be_visible()
    unsent = clara.root.locator(".unsent")
    expect(unsent).to_contain_text("It is 24 euros.")
    assert not violations(clara.page, "words that were not sent")
    # They are there after a reload as well, where the notice leads.
    clara.page.goto(clara.program.url(village.CLARA.host, "/console"))
    toast.get_by_role("button", name=clara.words("chat.unsentLook")).click()
    expect(unsent).to_contain_text("It is 24 euros.")
    unsent.get_by_role("button", name=clara.words("refusal.discard")).click()
    expect(unsent).to_have_count(0)
    expect(ada.message("It is 24 euros.")).to_have_count(0)


def test_the_visitor_goes(new_visitor, new_agent) -> None:
    """E34: ten seconds after the visitor's last page closed, the agent reads that the visitor is offline."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("I must go.")
    clara.joins("Ada Moreau")
    expect(clara.header).not_to_contain_text(clara.words("visitor.offline"))
    ada.page.close()
    expect(clara.header).to_contain_text(clara.words("visitor.offline"))
