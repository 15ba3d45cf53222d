"""What comes after a chat of a website, as its visitor and the team see it, and what the sidebar tells beside it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from test_accessibility import SCHEMES, violations
from test_sizes import nothing_sticks_out

import village
from people import Agent, Visitor
from words import Words

CONSOLE = Words("en", "console")
SAMPLES = Path(__file__).resolve().parent.parent / "Samples"


def asked(ada: Visitor) -> Locator:
    """The stars below the last line."""
    return ada.root.get_by_role("group", name=ada.words("thanks.question"))


def star(ada: Visitor, number: int) -> Locator:
    return asked(ada).get_by_role("radio").nth(number - 1)


def rated(reader: Visitor | Agent) -> Locator:
    return reader.root.locator(".rated")


def talked(ada: Visitor, clara: Agent) -> None:
    """A chat with a question and an answer."""
    ada.begins()
    ada.writes("Do you cover marine biology?")
    clara.joins("Ada Moreau")
    clara.writes("We do.")
    ada.sees("We do.")


@pytest.mark.broken_line
def test_chat_is_rated_without_a_line(new_visitor, new_agent, parley) -> None:
    """P4, X4: what is rated while the server is gone is said when it is back, without another press and without a word that is no longer true."""
    clara = new_agent()
    ada = new_visitor()
    talked(ada, clara)
    clara.closes_chat()
    ada.looks()
    expect(asked(ada)).to_be_in_viewport()
    parley.kill()
    ada.sees_that_the_line_is_cut()
    star(ada, 4).check(force=True)
    ada.root.get_by_role("textbox", name=ada.words("thanks.sentence")).fill("Good and quick")
    ada.root.get_by_role("button", name=ada.words("thanks.rate"), exact=True).click()
    expect(asked(ada)).to_be_visible()
    parley.start()
    expect(rated(ada)).to_contain_text("Good and quick")
    expect(rated(clara)).to_contain_text("★★★★☆")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_chat_is_rated(new_visitor, new_agent, scheme: str) -> None:
    """P4: a chat that the agent ends is rated by keys alone and changed; the team, another tab and a reload see it, a filter finds it, and the
    page of ratings has it behind its numbers."""
    clara = new_agent(color_scheme=scheme)
    ada = new_visitor(color_scheme=scheme, phone=scheme == "dark")
    talked(ada, clara)
    expect(asked(ada)).to_have_count(0)
    clara.closes_chat()
    ada.looks()
    expect(asked(ada)).to_be_in_viewport()
    found = violations(ada.page, "a chat that can be rated")
    star(ada, 1).focus()
    for _ in range(2):
        ada.page.keyboard.press("ArrowRight")
    ada.page.keyboard.press("Space")
    expect(star(ada, 3)).to_be_checked()
    sentence = ada.root.get_by_role("textbox", name=ada.words("thanks.sentence"))
    sentence.fill("Quick, and to the point")
    ada.page.keyboard.press("Enter")
    expect(rated(ada)).to_contain_text("Quick, and to the point")
    expect(rated(clara)).to_contain_text("★★★☆☆")
    expect(rated(clara)).to_contain_text("Quick, and to the point")
    found += violations(ada.page, "a rated chat") + violations(clara.page, "a rated chat in the console")
    change = ada.root.get_by_role("button", name=ada.words("thanks.change"), exact=True)
    expect(change).to_be_focused()
    change.press("Enter")
    ada.page.keyboard.press("ArrowRight")
    ada.root.get_by_role("button", name=ada.words("thanks.rate"), exact=True).click()
    expect(rated(clara)).to_contain_text("★★★★☆")

    ada.page.reload()
    if not ada.root.is_visible():
        ada.opens_widget()
    expect(rated(ada)).to_contain_text("★★★★☆")
    clara.page.reload()
    expect(rated(clara)).to_contain_text("★★★★☆")

    clara.page.goto(clara.program.url(clara.person.host, "/console?rated=good"))
    clara.sees_row("Ada Moreau", "closed")
    clara.page.goto(clara.program.url(clara.person.host, "/console?rated=bad"))
    clara.sees_lists()
    expect(clara.row("Ada Moreau")).to_have_count(0)

    clara.page.goto(clara.program.url(clara.person.host, "/console"))
    clara.page.locator("parley-rail button.you").click()
    clara.page.get_by_role("link", name=CONSOLE("rail.ratings")).click()
    main = clara.page.locator("main")
    expect(main).to_contain_text(re.compile(r"Harbour.*★ 4\.0", re.DOTALL))
    expect(main).to_contain_text("Quick, and to the point")
    found += violations(clara.page, "the page of ratings")
    nothing_sticks_out(clara.page)
    main.get_by_role("link", name="Ada Moreau").click()
    expect(clara.root.get_by_role("heading", name="Ada Moreau")).to_be_visible()
    assert not found, "\n".join(found)


def test_next_chat_is_asked_about_anew(new_visitor, new_agent) -> None:
    """P4: whoever writes on is not asked any more, a chat without an answer is not asked about, and the next one is for itself."""
    clara = new_agent()
    ada = new_visitor()
    talked(ada, clara)
    ada.closes_chat()
    expect(asked(ada)).to_be_visible()
    star(ada, 2).check()
    ada.root.get_by_role("button", name=ada.words("thanks.rate"), exact=True).click()
    expect(rated(ada)).to_contain_text("★★☆☆☆")
    ada.writes("One more thing")
    expect(rated(ada)).to_have_count(0)
    ada.closes_chat()
    ada.sees_line("closedByYou")
    expect(asked(ada)).to_have_count(0)
    ada.writes("Are you there?")
    clara.presses_join()
    clara.writes("Here I am.")
    ada.sees("Here I am.")
    ada.closes_chat()
    expect(asked(ada)).to_be_visible()
    expect(rated(clara)).to_contain_text("★★☆☆☆")


def test_sidebar_knows_more(new_visitor, new_agent) -> None:
    """E28: beside a chat stand device and browser, the pages of the visitor as they go, the files to fetch and the earlier chats, which open."""
    clara = new_agent()
    ada = new_visitor()
    talked(ada, clara)
    ada.closes_chat()
    ada.writes("One more thing")
    clara.presses_join()
    details = clara.page.get_by_role("complementary", name=CONSOLE("panel.title"))
    expect(details).to_contain_text("Chrom")
    expect(details).to_contain_text(CONSOLE("panel.desktop"))
    timeline = details.locator(".timeline > li")
    expect(timeline).to_have_count(1)
    ada.follows_link(village.PRICES)
    expect(timeline).to_have_count(2)
    expect(timeline.first).to_contain_text(village.PRICES.title)
    expect(ada.root).to_be_visible()
    ada.root.locator("input[type=file]").first.set_input_files(SAMPLES / "letter.pdf")
    ada.root.get_by_role("button", name=ada.words("composer.send")).click()
    link = details.locator(".shared").get_by_role("link", name="letter.pdf")
    expect(link).to_have_attribute("href", re.compile("^/files/"))
    fetched = "async (link) => { const answer = await fetch(link.href); return `${answer.status} ${(await answer.text()).slice(0, 5)}`; }"
    assert link.evaluate(fetched) == "200 %PDF-"
    earlier = details.locator(".earlier").get_by_role("button")
    expect(earlier).to_have_count(1)
    expect(earlier).to_contain_text("Do you cover marine biology?")
    earlier.click()
    expect(clara.message("Do you cover marine biology?")).to_be_in_viewport()
    found = violations(clara.page, "the sidebar of a chat")
    assert not found, "\n".join(found)
