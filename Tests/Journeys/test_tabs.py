import pytest
from people import Manager
from playwright.sync_api import Locator, expect
from test_accessibility import violations
from test_keyboard import press_until
from test_sizes import TABLET, can_be_touched, nothing_sticks_out

import village

NAMES = ["Ada Moreau", "Ben Okafor", "Chiara Russo"]


def tab(agent, name: str) -> Locator:
    return agent.page.get_by_role("navigation", name=agent.words("tabs.label")).get_by_role("link", name=name)


def tabs(agent) -> Locator:
    return agent.page.locator("parley-tabs a")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_switching(new_visitor, new_agent, language) -> None:
    """E24a: chats stay open as tabs over the thread; from one to the other is a click or a key, and the thread is there at once."""
    clara = new_agent(language=language)
    visitors = {name: new_visitor() for name in NAMES[:2]}
    for name, visitor in visitors.items():
        visitor.begins(name)
        visitor.writes(f"Here is {name}.")
        clara.joins(name)
        clara.sees(f"Here is {name}.")
        # One chat alone needs no tab.
        expect(tabs(clara)).to_have_count(0 if name == NAMES[0] else 2)
    ada, ben = (tab(clara, name) for name in NAMES[:2])
    expect(ben).to_have_attribute("aria-current", "true")
    visitors[NAMES[0]].writes("And one more thing.")
    expect(ada.locator(".count")).to_contain_text(clara.words.like("list.unread"))
    assert not violations(clara.page, f"tabs in {language}")

    # With the sidebar closed, so that nothing else is fetched.
    clara.root.get_by_role("button", name=clara.words("chat.panel")).click()
    asked: list[str] = []
    clara.page.on("request", lambda request: asked.append(request.url))
    # Between the press and the next picture nothing is waited for.
    thread = "link => { link.click(); return document.querySelector('parley-thread').innerText; }"
    clara.looks()
    assert "And one more thing." in ada.evaluate(thread)
    assert f"Here is {NAMES[1]}." in ben.evaluate(thread)
    # The canned replies of a chat come a moment later, and nothing waits for them.
    assert all(url.endswith("/replies") for url in asked), asked
    clara.types("A draft for Ben")
    clara.composer.press("Alt+ArrowUp")
    clara.sees("And one more thing.")
    expect(ada).to_have_attribute("aria-current", "true")
    expect(ada.locator(".count")).to_be_hidden()
    expect(clara.composer).to_be_focused()
    clara.composer.press("Alt+ArrowDown")
    expect(clara.composer).to_have_value("A draft for Ben")


def test_what_stays_open(new_visitor, new_agent) -> None:
    """E24a: a tab stays over a reload, is put away with the middle button or a key and ends nothing; what was only looked into leaves none."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    for name in NAMES:
        visitor = new_visitor()
        visitor.begins(name)
        visitor.writes(f"Here is {name}.")
        (bruno if name == NAMES[2] else clara).joins(name)
    clara.opens(NAMES[2], "active")
    expect(tabs(clara)).to_have_count(3)
    clara.opens(NAMES[0])
    expect(tabs(clara)).to_have_count(2)
    clara.page.reload()
    clara.sees(f"Here is {NAMES[0]}.")
    ada, ben = (tab(clara, name) for name in NAMES[:2])
    expect(ada).to_have_attribute("aria-current", "true")

    # Without a mouse.
    press_until(clara.page, "Shift+Tab", ada)
    clara.page.keyboard.press("ArrowRight")
    expect(ben).to_be_focused()
    clara.page.keyboard.press("Enter")
    clara.sees(f"Here is {NAMES[1]}.")
    press_until(clara.page, "Shift+Tab", ben)
    clara.page.keyboard.press("Delete")
    clara.sees(f"Here is {NAMES[0]}.")
    expect(tabs(clara)).to_have_count(0)
    expect(clara.composer).to_be_focused()
    clara.sees_row(NAMES[1], "active")

    clara.opens(NAMES[1])
    expect(tabs(clara)).to_have_count(2)
    ada.click(button="middle")
    expect(tabs(clara)).to_have_count(0)
    clara.opens(NAMES[0])
    clara.page.get_by_role("button", name=clara.words("tabs.close", name=NAMES[0])).click()
    clara.sees(f"Here is {NAMES[1]}.")
    clara.writes("I am still here.")


def test_tabs_of_who_only_reads(new_visitor, new_agent, new_page, parley) -> None:
    """E24a: who only reads has the chats that go on as tabs."""
    clara, mona = new_agent(), Manager(new_page(), parley, village.MANAGER)
    mona.sign_in()
    for name in NAMES[:2]:
        visitor = new_visitor()
        visitor.begins(name)
        clara.joins(name)
        mona.opens(name, "active")
    expect(tabs(mona)).to_have_count(2)
    tab(mona, NAMES[0]).click()
    expect(mona.root.get_by_role("heading", name=NAMES[0])).to_be_visible()


def test_where_there_is_little_room(new_agent, new_crowd) -> None:
    """E24a, E71d: on a tablet tabs are for thumbs and scroll by themselves; on a telephone a chat fills the screen."""
    names = [f"Everybody-at-the-harbour-{number}" for number in range(6)]
    new_crowd(names)
    clara = new_agent(viewport=TABLET, has_touch=True, is_mobile=True)
    for name in names:
        clara.joins(name)
    expect(tabs(clara)).to_have_count(6)
    expect(tab(clara, names[-1])).to_be_in_viewport()
    can_be_touched(clara.page.locator("parley-tabs"))
    nothing_sticks_out(clara.page)
    clara.page.set_viewport_size({"width": 390, "height": 844})
    expect(tabs(clara).first).to_be_hidden()
    nothing_sticks_out(clara.page)
