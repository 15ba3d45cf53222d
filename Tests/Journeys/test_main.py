import pytest

import village
from people import Agent, Visitor

ON_BOTH = [
    pytest.param("chromium", "sqlite", id="chromium", marks=pytest.mark.picture),
    pytest.param("chromium", "postgres", id="chromium-postgres"),
    pytest.param("firefox", "sqlite", id="firefox"),
]


@pytest.mark.parametrize(("browser", "engine"), ON_BOTH, indirect=["browser"])
def test_visitor_and_agent_talk(new_visitor, new_agent, picture) -> None:
    """E9, E11b, E12, E14c, E16a, E16b, E22e, E23a, E27a, E30, E37a, E37b, E91a, E91c: a visitor asks, an agent hears it and answers, and the thread stays."""
    clara: Agent = new_agent()
    calls = clara.attention()
    ada: Visitor = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form()
    picture(ada.page, "form")
    ada.starts_chat()
    ada.writes("Do you edit theses in French?")
    ada.sees_tick("Do you edit theses in French?", "sent")

    clara.sees_ring("Ada Moreau", more_than=calls)
    clara.joins("Ada Moreau")
    clara.sees_row("Ada Moreau", "active")
    clara.sees("Do you edit theses in French?")
    ada.sees_line("joined", name=village.CLARA.pseudonym)
    ada.sees_tick("Do you edit theses in French?", "seen")

    clara.types("Yes, we")
    ada.sees_typing(village.CLARA.pseudonym)
    clara.writes("Yes, we do.")
    ada.sees("Yes, we do.")
    clara.sees_tick("Yes, we do.", "seen")
    ada.types("How")
    clara.sees_typing("Ada Moreau")
    ada.writes("How long does it take?")
    clara.sees("How long does it take?")
    picture(ada.page, "widget")
    picture(clara.page, "console")
    clara.page.emulate_media(color_scheme="dark")
    picture(clara.page, "console-dark")

    ada.minimises()
    clara.writes("About a week.")
    clara.sees_tick("About a week.", "delivered")
    ada.opens_widget()
    clara.sees_tick("About a week.", "seen")

    ada.page.reload()
    ada.sees_in_order("Do you edit theses in French?", "Yes, we do.", "How long does it take?", "About a week.")
    ada.closes_chat()
    clara.sees_row("Ada Moreau", "closed")
    clara.sees_line("visitorClosed", name="Ada Moreau")
