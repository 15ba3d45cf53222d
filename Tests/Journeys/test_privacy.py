"""What is kept about people: a copy of everything, and its end."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import village
from test_accessibility import SCHEMES, violations
from test_accounts import PASSWORD, letter_link
from test_security import gives_password, opens_account

DAY_SECONDS = 86_400


def home_of(parley: Any) -> str:
    return str(parley.url(village.FRONT, "").rstrip("/"))


def lets_days_pass(page: Page, home: str, days: int) -> None:
    """The clock of the demo goes forward, for the whole program."""
    page.goto(f"{home}/dev")
    token = page.locator('form[action="/dev/clock"] input[name=form_token]').first.input_value()
    answer = page.request.post(
        f"{home}/dev/clock", form={"seconds": str(days * DAY_SECONDS), "form_token": token}, headers={"Origin": home}, max_redirects=0
    )
    assert answer.status == 303, answer.text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_copy_of_everything(parley: Any, new_page: Any, scheme: str) -> None:
    """A40: one press, a notice, and an archive that somebody else's program opens."""
    page: Page = new_page(color_scheme=scheme)
    home = home_of(parley)
    opens_account(page, parley, home)
    page.goto(f"{home}/profile/privacy")
    found = violations(page, "privacy")
    page.get_by_role("button", name="Get a copy of everything about me").click()
    expect(page.get_by_role("status").first).to_contain_text("The copy is being made")
    letter_link(parley, "copy is ready")
    page.goto(f"{home}/profile/privacy")
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    found += violations(page, "privacy with a copy")
    expect(page.locator("parley-bell .count")).to_contain_text("1")
    with page.expect_download() as download:
        link.click()
    assert re.fullmatch(r"parley-account-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"index.html", "style.css", "data/accounts.json", "data/sessions.json"} <= set(names)
        account = json.loads(archive.read("data/accounts.json"))[0]
        assert account["email"] == "noor.amiri@example.com" and account["first_name"] == "Noor"
        assert account["password_hash"].startswith("kept as a digest"), "a digest is named and not given"
        assert json.loads(archive.read("data/sessions.json"))[0]["browser"]
        readable = archive.read("index.html").decode()
        assert "noor.amiri@example.com" in readable and "<script" not in readable
    page.goto(f"{home}/notices")
    expect(page.locator("main")).to_contain_text("The copy of everything about you is ready")
    assert not found, "\n".join(found)


def test_account_ends_and_is_kept(parley: Any, new_page: Any) -> None:
    """A40: the end of an account waits, says so on every page, is called off, and comes when nobody calls it off."""
    page: Page = new_page()
    home = home_of(parley)
    opens_account(page, parley, home)
    page.goto(f"{home}/profile/privacy")
    page.get_by_label("Present password").fill("not the password")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.locator("#present-error")).to_contain_text("not the right password")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This account will be deleted on").first).to_be_visible()
    page.goto(f"{home}/notices")
    banner = page.locator("main > .notice")
    expect(banner).to_contain_text("This account will be deleted on")
    found = violations(page, "banner")
    banner.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_have_text("Your account stays.")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    page.goto(f"{home}/profile")
    banner.get_by_role("link", name="Look at it").click()
    found += violations(page, "privacy while it waits")
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_have_text("Your account stays.")

    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This account will be deleted on").first).to_be_visible()
    stranger: Page = new_page()
    lets_days_pass(stranger, home, 15)
    letter_link(parley, "was deleted", has_link=False)
    page.goto(f"{home}/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    gives_password(page, home)
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_console_says_that_the_account_ends(parley: Any, new_visitor: Any, new_agent: Any, scheme: str) -> None:
    """A40: the console of an agent whose account is about to be erased says so above everything, on a telephone too, and keeps it."""
    clara, ada = new_agent(color_scheme=scheme), new_visitor()
    page: Page = clara.page
    page.goto(parley.url(village.CLARA.host, "/profile/privacy"))
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This account will be deleted on").first).to_be_visible()
    page.goto(parley.url(village.CLARA.host, "/console"))
    banner = page.locator("body > .notice")
    expect(banner).to_contain_text("This account will be deleted on")
    ada.begins()
    ada.writes("Good morning")
    clara.joins("Ada Moreau")
    clara.writes("Good morning, Ada")
    ada.sees("Good morning, Ada")
    found = violations(page, "console of an account that ends")
    for size in ({"width": 390, "height": 844}, {"width": 1280, "height": 800}):
        page.set_viewport_size(size)
        expect(banner.get_by_role("button", name="Keep my account")).to_be_in_viewport()
        expect(clara.composer).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")
        found += violations(page, f"console of an account that ends, {size['width']} wide")
    banner.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_have_text("Your account stays.")
    page.goto(parley.url(village.CLARA.host, "/console"))
    expect(page.locator("parley-console .row").first).to_be_visible()
    expect(banner).to_have_count(0)
    assert not found, "\n".join(found)


def test_agent_is_erased_from_threads(parley: Any, new_visitor: Any, new_agent: Any, new_page: Any) -> None:
    """A40, B72b: what an erased agent said stays in the thread, under the name of the website."""
    clara, ada = new_agent(), new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Good morning")
    clara.joins("Ada Moreau")
    clara.writes("Good morning, Ada")
    ada.sees_author("Good morning, Ada", "Clara")
    page: Page = clara.page.context.new_page()
    page.goto(parley.url(village.CLARA.host, "/profile/privacy"))
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This account will be deleted on").first).to_be_visible()
    clara.sees("Good morning, Ada")
    # A console that is open then asks as somebody who is gone.
    clara.page.goto("about:blank")
    lets_days_pass(new_page(), home_of(parley), 15)
    letter_link(parley, "was deleted", has_link=False)
    page.goto(parley.url(village.CLARA.host, "/profile"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    ada.page.reload()
    ada.sees_author("Good morning, Ada", village.HARBOUR.name)
    parley.doctor()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_visitor_is_erased(parley: Any, new_visitor: Any, new_agent: Any, administrator: Any, new_page: Any, scheme: str) -> None:
    """E79d: an administrator answers a visitor's request; a console that shows the thread sees it go."""
    clara, ada = new_agent(color_scheme=scheme), new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form()
    ada.starts_chat()
    ada.writes("My telephone is 0612345678")
    clara.joins("Ada Moreau")
    clara.sees("My telephone is 0612345678")
    page: Page = administrator.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(parley.url(village.ADMINISTRATOR.host, "/admin/privacy"))
    page.get_by_label("Mail address, or number of a chat").fill("ada@example.com")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Ada Moreau").first).to_be_visible()
    found = violations(page, "administration of privacy")
    page.get_by_role("button", name=re.compile("Make an archive")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("The archive is being made")
    page.get_by_role("button", name=re.compile("^Erase")).first.click()
    expect(page.get_by_role("status").first).to_have_text("The visitor will be erased.")
    found += violations(page, "administration while it waits")
    ada.page.goto("about:blank")
    lets_days_pass(new_page(), home_of(parley), 15)
    expect(clara.page.get_by_text("This message was deleted").first).to_be_visible()
    expect(clara.page.get_by_text("0612345678")).to_have_count(0)
    expect(clara.page.get_by_text("Ada Moreau")).to_have_count(0)
    found += violations(clara.page, "console after the erasure")
    parley.doctor()
    ada.visits()
    ada.opens_widget()
    expect(ada.field("name")).to_have_value("")
    assert not found, "\n".join(found)
