"""Websites that are really apart: hours, names and looks of their own, and who is shut out of one."""

import re
from datetime import datetime, timedelta, timezone

from playwright.sync_api import Locator, Page, expect

import village
from test_accessibility import violations
from test_visitors import one, opens_live_page
from words import Words


def opens_site(administrator, website: village.Website) -> Page:
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name=website.name).click()
    return administrator.page


def test_hours(administrator, new_visitor, new_agent) -> None:
    """P3, X7: outside of its hours a website says when somebody is back and takes a message, whoever is online, while another one is open; then it opens."""
    elif_, clara = new_agent(village.ELIF), new_agent()
    page = opens_site(administrator, village.LANTERN)
    words = administrator.sites
    page.get_by_role("link", name=words("hours.title")).click()
    assert violations(page, "hours") == []
    # Whatever the zone of the website is, it is not open today.
    day = (datetime.now(timezone.utc) + timedelta(days=3)).isoweekday()
    row = page.get_by_role("group", name=words(f"hours.day.{day}"))
    row.get_by_label(words("hours.from")).fill("12:00")
    row.get_by_label(words("hours.to")).fill("09:00")
    administrator.presses(words("hours.save"))
    expect(row.locator(".error")).to_have_text(administrator.refusals("timesTurned"))
    assert violations(page, "hours with a fault") == []
    row.get_by_label(words("hours.to")).first.fill("15:00")
    row.get_by_role("button", name=words("hours.another")).click()
    expect(row.get_by_label(words("hours.from"))).to_have_count(3)
    administrator.presses(words("hours.save"))
    expect(page.locator(".notice")).to_have_text(words("hours.saved"))
    expect(page.locator("#week header")).to_contain_text(words("hours.closedNow"))

    widget = Words("en", "widget")
    ada = new_visitor(village.LANTERN)
    ada.visits()
    ada.opens_widget()
    expect(ada.root.locator(".head p")).to_have_text(re.compile("^" + re.escape(widget.find("header.opens").split("{")[0])))
    expect(ada.root.locator(".head p")).to_have_text(re.compile("day\u2069? at"))
    assert violations(ada.page, "panel outside of the hours") == []
    ada.fills_form()
    ada.leaves_message("Do you bind a thesis?")
    elif_.sees_row("Ada Moreau", "waiting")
    expect(elif_.page.locator(".toasts > *")).to_have_count(0)
    ben = new_visitor()
    ben.visits()
    ben.opens_widget()
    expect(ben.root.locator(".head p")).to_have_text(widget("header.online"))

    for field in (words("hours.from"), words("hours.to")):
        row.get_by_label(field).first.fill("")
    administrator.presses(words("hours.save"))
    expect(page.locator("#week header")).to_contain_text(words("hours.notKept"))
    expect(ada.root.locator(".head p")).to_have_text(widget("header.online"))
    clara.sees_lists()


def test_shut_out(administrator, new_visitor, new_agent) -> None:
    """P6: an agent shuts a visitor out, who is told so at once and can write no more; a colleague reads it in the bell, and an administrator lets them in again."""
    clara, bruno = new_agent(), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("You are all fools")
    clara.joins("Ada Moreau")
    button = clara.root.get_by_role("button", name=clara.words("chat.panel"))
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    clara.page.get_by_role("button", name=clara.words("ban.button")).click()
    dialog = clara.page.get_by_role("dialog", name=clara.words("ban.title"))
    assert violations(clara.page, "shutting out") == []
    dialog.get_by_label(clara.words("ban.month")).check()
    dialog.get_by_label(clara.words("ban.reason")).fill("Rude to everybody")
    dialog.get_by_role("button", name=clara.words("ban.confirm")).click()
    expect(dialog).to_have_count(0)

    refusal = Words("en", "refusal")("banned")
    expect(ada.root.get_by_text(refusal)).to_be_visible()
    expect(ada.composer).to_be_hidden()
    ada.visits()
    ada.opens_widget()
    expect(ada.root.get_by_text(refusal)).to_be_visible()
    assert violations(ada.page, "shut out") == []
    clara.sees_row("Ada Moreau", "closed")
    opens_live_page(bruno)
    present = one(bruno, "Ada Moreau")
    expect(present.get_by_text(bruno.words("visitors.shutOut"), exact=True)).to_be_visible()
    expect(present.get_by_role("button", name=bruno.words("visitors.startWith", name="Ada Moreau"))).to_be_hidden()
    bruno.page.goto(bruno.page.url.split("/console")[0] + "/notices")
    expect(bruno.page.get_by_text("Ada Moreau was shut out")).to_be_visible()

    administrator.goes_to("/admin/bans")
    page = administrator.page
    line = page.get_by_role("row").filter(has_text="Ada Moreau")
    expect(line).to_contain_text("Rude to everybody")
    assert violations(page, "who is shut out") == []
    bans = Words("en", "conversations")
    line.get_by_role("button", name=bans("bans.lift")).click()
    expect(page.locator(".notice")).to_have_text(bans("bans.lifted"))
    ada.visits()
    ada.opens_widget()
    ada.writes("I am sorry")


def test_own_name(new_visitor, new_agent) -> None:
    """X7, E5: an agent sets the own name for one website, under which visitors there know them; on the other one they keep the other."""
    bruno = new_agent(village.BRUNO)
    page = bruno.page
    page.goto(page.url.split("/console")[0] + "/profile/sites")
    assert violations(page, "names on websites") == []
    words = Words("en", "sites")
    member = page.locator("details").filter(has_text=village.QUILL.name)
    member.locator("summary").click()
    member.get_by_role("textbox", name=words("team.pseudonym")).fill("Barnabé")
    member.get_by_role("button", name=Words("en", "pages")("form.save")).click()
    expect(page.locator(".notice")).to_have_text(words("faces.saved"))
    page.goto(page.url.split("/profile")[0] + "/console")
    bruno.sees_lists()
    for website, name, visitor in ((village.QUILL, "Barnabé", "Ada Moreau"), (village.HARBOUR, "Bruno", "Ben Okafor")):
        guest = new_visitor(website)
        guest.begins(visitor)
        guest.writes("Good morning")
        bruno.joins(visitor)
        bruno.writes(f"Good morning, {visitor}")
        guest.sees_author(f"Good morning, {visitor}", name)


def test_preview(administrator, new_visitor) -> None:
    """X7, E3: beside its form the widget of a website shows the look that is about to be saved, in light and dark; no visitor and no chat are made by it."""
    page = opens_site(administrator, village.LANTERN)
    words = administrator.sites
    frame = page.frame_locator("iframe.preview")
    host = frame.locator("parley-panel")
    expect(frame.locator(".panel")).to_be_visible()
    expect(frame.get_by_text(words("preview.hello")).first).to_be_visible()
    stored = host.get_attribute("data-position")
    other = "end" if stored == "start" else "start"
    agents = side_of_agents(frame.locator(".panel"))
    page.get_by_role("combobox", name=words("form.position")).select_option(other)
    expect(host).to_have_attribute("data-position", other)
    page.get_by_role("combobox", name=words("form.ours")).select_option("start" if agents == "end" else "end")
    page.get_by_role("textbox", name=words("form.welcome")).fill("Ahoy </script> there")
    expect(frame.get_by_text("Ahoy </script> there")).to_be_visible()
    assert side_of_agents(frame.locator(".panel")) != agents
    light = frame.locator(".panel").evaluate("panel => getComputedStyle(panel).backgroundColor")
    page.get_by_role("button", name=words("preview.dark")).click()
    expect(page.get_by_role("button", name=words("preview.dark"))).to_have_attribute("aria-pressed", "true")
    expect(frame.locator(".panel")).not_to_have_css("background-color", light)
    assert violations(page, "the page of a website with its preview") == []
    # Nothing of it was saved.
    ada = new_visitor(village.LANTERN)
    ada.visits()
    ada.opens_widget()
    expect(ada.root.get_by_text("Ahoy")).to_have_count(0)


def side_of_agents(panel: Locator) -> str:
    """Where the first message stands, which is an agent's."""
    bubble, whole = panel.locator(".bubble").first.bounding_box(), panel.bounding_box()
    assert bubble is not None and whole is not None
    return "start" if bubble["x"] - whole["x"] < whole["width"] / 4 else "end"
