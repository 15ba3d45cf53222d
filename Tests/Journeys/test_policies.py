"""What a website decides for itself: whether people go on elsewhere, which files it takes, and when a visitor is known."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from people import Administrator, Agent, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations

import village

SAMPLES = Path(__file__).parent.parent / "Samples"
OWN_PAGE = """<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Harbour Essays</title></head>
<body><main><h1>Harbour Essays</h1><p>We edit what you wrote.</p></main>{snippet}</body></html>"""


@pytest.fixture
def policy(administrator: Administrator) -> Administrator:
    """An administrator where Harbour Essays decides."""
    administrator.goes_to("/admin/sites")
    administrator.page.get_by_role("link", name=village.HARBOUR.name).click()
    administrator.page.get_by_role("link", name=administrator.sites("policy.title"), exact=True).click()
    return administrator


def saves(administrator: Administrator) -> None:
    administrator.presses(administrator.pages("form.save"))
    expect(administrator.page.get_by_role("status")).to_have_text(administrator.sites("policy.done"))


def goes_to_messenger(page: Page, press: Callable[[], None]) -> str:
    """Answers the address to which a press leads."""
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="", content_type="text/plain"))
    with page.context.expect_page() as opened:
        press()
    other = opened.value
    other.wait_for_url("https://wa.me/**")
    address = unquote(other.url)
    other.close()
    return address


def test_hand_over(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E91b: by one press the visitor goes on in WhatsApp with words to begin with, the team reads it and marks the chat as won, and finds it by
    what became of it."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("How much is it?")
    clara.joins("Ada Moreau")
    link = ada.root.get_by_role("link", name=ada.words("handOver.button"))
    expect(link).to_be_visible()
    assert violations(ada.page, "a widget with a way out") == []
    address = goes_to_messenger(ada.page, link.click)
    assert address.startswith("https://wa.me/353205550101?text=Hello! I come from the chat on your website. Ada Moreau"), address
    ada.sees_line("gone")
    clara.sees_line("handedOver", name="Ada Moreau")
    row = clara.row("Ada Moreau")
    expect(row.locator(".tag", has_text=clara.words("outcome.handedOver"))).to_be_visible()

    button = clara.root.get_by_role("button", name=clara.words("chat.panel"))
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    side = clara.page.get_by_role("complementary", name=clara.words("panel.title"))
    side.get_by_role("button", name=clara.words("outcome.markWon")).click()
    clara.sees_line("won", name="Clara")
    expect(row.locator(".tag", has_text=clara.words("outcome.won"))).to_be_visible()
    assert violations(clara.page, "what became of a chat") == []
    expect(side.get_by_role("button", name=clara.words("outcome.takeBack"))).to_be_visible()
    address = goes_to_messenger(clara.page, side.get_by_role("link", name=clara.words("outcome.handOver")).click)
    assert address.startswith("https://wa.me/33612345678?text="), "to the telephone that the visitor left"

    clara.page.goto(re.sub(r"[?#].*", "", clara.page.url) + "?outcome=handedOver")
    expect(clara.row("Ada Moreau")).to_be_visible()
    clara.page.goto(re.sub(r"[?#].*", "", clara.page.url) + "?outcome=nothing")
    expect(clara.page.get_by_role("heading", name=clara.words("list.title")).first).to_be_attached()
    expect(clara.row("Ada Moreau")).to_have_count(0)


def test_hand_over_at_closing(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E91b: who closes a chat may go on in WhatsApp instead; the chat is over."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("How much is it?")
    clara.joins("Ada Moreau")
    ada.presses_close()
    question = ada.root.get_by_role("alertdialog")
    goes_to_messenger(ada.page, question.get_by_role("link", name=ada.words("handOver.button")).click)
    ada.sees_line("gone")
    ada.sees_line("closedByYou")
    clara.sees_row("Ada Moreau", "closed")


def test_masking(policy: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """E91b, X11: where a website hides contact details nobody is led away, both sides read what was hidden, and who answers is told before."""
    policy.page.get_by_label(policy.sites("policy.offPlatform")).select_option("mask")
    assert violations(policy.page, "the policy of a website") == []
    saves(policy)
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Call me: +33 6 12 34 56 78")
    clara.joins("Ada Moreau")
    for reader in (ada, clara):
        expect(reader.log.get_by_text("Call me: •••")).to_be_visible()
    ada.sees_line("cut")
    clara.sees_line("masked")
    expect(ada.root.get_by_role("link", name=ada.words("handOver.button"))).to_have_count(0)
    clara.composer.fill("Write to clara@example.com")
    clara.composer.press("Enter")
    expect(clara.root.get_by_text(clara.words("guard.hidden"))).to_be_visible()
    clara.root.get_by_role("button", name=clara.words("guard.anyway")).click()
    ada.sees("Write to •••")


def test_files_of_one_website(policy: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """X7, E41a, E41b: what a website does not take is said before anything travels."""
    for kind in ("doc", "docx", "jpeg", "png"):
        policy.page.locator(f"[name=kind-{kind}]").uncheck()
    policy.fills(policy.sites("policy.whatsAppText"), "Hello")
    policy.page.get_by_label(policy.sites("policy.fileMegabytes")).fill("1")
    saves(policy)
    new_agent()
    ada = new_visitor()
    ada.begins()
    chooser = ada.root.locator("input[type=file]").first
    expect(chooser).to_have_attribute("accept", ".pdf")
    chooser.set_input_files(str(SAMPLES / "turned.jpg"))
    expect(ada.root.get_by_role("alert").filter(has_text="turned.jpg")).to_contain_text(re.compile("pdf", re.IGNORECASE))
    chooser.set_input_files({"name": "large.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4" + b"0" * (1 << 20)})
    expect(ada.root.get_by_role("alert").filter(has_text="large.pdf")).to_contain_text("1")
    chooser.set_input_files(str(SAMPLES / "letter.pdf"))
    expect(ada.root.get_by_role("list", name=ada.words("files.chosen"))).to_contain_text("letter.pdf")


@pytest.mark.parametrize("keeps", ["pressed", "none"])
def test_quiet(policy: Administrator, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], keeps: str) -> None:
    """X10: before the button is pressed nothing is asked of the server and nothing kept; a press makes a visitor, who finds the chat again on the
    next page, with a cookie or, where the website wants none, without."""
    policy.page.get_by_label(policy.sites("policy.visitorKey")).select_option(keeps)
    saves(policy)
    policy.page.get_by_role("link", name=policy.sites("snippet.title")).click()
    snippet = policy.page.locator("#embed").inner_text()
    assert "/quiet.js" in snippet

    clara = new_agent()
    rows = clara.rows.count()
    ada = new_visitor()
    ada.page.route(
        re.compile(r"^http://harbour\.localhost(:\d+)?/(prices)?$"),
        lambda route: route.fulfill(body=OWN_PAGE.format(snippet=snippet), content_type="text/html"),
    )
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.visits()
    expect(ada.launcher).to_have_accessible_name(policy.sites("launcher"))
    ada.launcher.hover()
    ada.page.wait_for_load_state("networkidle")
    assert len(asked) == 2 and asked[1].endswith("/quiet.js"), asked
    state = ada.page.context.storage_state()
    assert state["cookies"] == [] and state["origins"] == []
    assert ada.page.evaluate("sessionStorage.length") == 0
    expect(clara.rows).to_have_count(rows)

    ada.opens_widget()
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Is anybody there?")
    clara.joins("Ada Moreau")
    clara.writes("Yes.")
    ada.sees("Yes.")
    names = [cookie["name"] for cookie in ada.page.context.cookies()]
    assert names == (["parley_key"] if keeps == "pressed" else [])
    ada.page.goto(ada.program.url(ada.website.host, "/prices"))
    ada.sees("Yes.")
    ada.writes("Good.")
    clara.sees("Good.")


def test_answer_by_mail(new_visitor: Callable[..., Visitor]) -> None:
    """E17a: with nobody there the widget says so, asks for an address and a message, and that the answer comes by mail."""
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.sees_that_all_are_offline()
    expect(ada.root.get_by_text(ada.words("offline.mail"))).to_be_visible()
    expect(ada.field("email")).to_be_visible()
    expect(ada.root.get_by_role("textbox", name=ada.words("offline.message"))).to_be_visible()


def test_emoji(new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]) -> None:
    """B49b: a visitor finds an emoji by a word, chooses it by keyboard alone, and it stands where the cursor was; the list is fetched when it is
    opened."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    fetched: list[str] = []
    ada.page.on("request", lambda request: fetched.append(request.url) if "emoji" in request.url else None)
    ada.composer.fill("Thank you")
    button = ada.root.get_by_role("button", name=ada.words("emoji.open"))
    expect(button).to_be_visible()
    assert not fetched
    button.press("Enter")
    field = ada.root.get_by_role("searchbox", name=ada.words("emoji.search"))
    expect(field).to_be_focused()
    assert len(fetched) == 1
    assert violations(ada.page, "emoji in the widget") == []
    field.fill("rocket")
    field.press("ArrowDown")
    expect(ada.root.get_by_role("button", name="rocket")).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(ada.composer).to_have_value("Thank you🚀")
    expect(ada.composer).to_be_focused()
    ada.composer.press("Enter")
    ada.sees("Thank you🚀")
    button.press("Enter")
    expect(field).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(ada.composer).to_be_focused()
    expect(ada.root).to_be_visible()
    clara.joins("Ada Moreau")
    clara.sees("Thank you🚀")
