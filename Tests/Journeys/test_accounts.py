"""Accounts that anybody can open: from the form to the letter, and back in without the password."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from letters import letter_about, plain_text
from playwright.sync_api import Page, expect

import village

ADDRESS = "lina.haddad@example.com"
axe = Axe()
SAMPLES = Path(__file__).resolve().parent.parent / "Samples"

PASSWORD = "a long walk by the river"
NEW_PASSWORD = "nine blue herons at dawn"
LINK = re.compile(r"http://\S+/(?:(?:sign-up|recovery|address)/[0-9a-f]{32}|profile/security|profile/privacy|keep-account/\S+)")


def letter_link(parley, subject_part: str, has_link: bool = True) -> str:
    """The link in the newest letter whose subject has these words, once it has come."""
    found = LINK.search(plain_text(letter_about(parley, subject_part)))
    return found[0] if has_link else ""


def has_no_faults(page: Page) -> None:
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()


def test_stranger_opens_account(new_page, parley) -> None:
    """A30, B4, B6a: a stranger fills the form, finds a letter, presses its button and is in; a forgotten password is set anew by another letter."""
    page = new_page()
    home = parley.url(village.FRONT, "").rstrip("/")
    page.goto(f"{home}/sign-in")
    page.get_by_role("link", name="Open an account").click()
    has_no_faults(page)
    page.get_by_label("First name").fill("Lina")
    page.get_by_label("Mail address").fill(ADDRESS)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator("#password-error")).to_contain_text("at least 10 characters")
    expect(page.get_by_label("First name")).to_have_value("Lina")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    has_no_faults(page)

    page.goto(letter_link(parley, "address"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this your address?")
    has_no_faults(page)
    page.get_by_role("button", name="Confirm and go in").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Lina")

    page.get_by_role("link", name="Change").click()
    has_no_faults(page)
    page.get_by_role("textbox", name="Interests").fill("Sailing, maps")
    page.get_by_label("My profile is public").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="See my profile").click()
    expect(page.locator("main")).to_contain_text("Sailing")
    has_no_faults(page)

    stranger = new_page()
    stranger.goto(f"{home}/recovery")
    has_no_faults(stranger)
    stranger.get_by_label("Mail address").fill(ADDRESS)
    stranger.get_by_role("button", name="Send the link").click()
    stranger.goto(letter_link(parley, "password"))
    stranger.get_by_label("New password").fill(NEW_PASSWORD)
    stranger.get_by_role("button", name="Set the password").click()
    expect(stranger.get_by_role("status")).to_contain_text("The new password is set")
    stranger.get_by_label("Mail address").fill(ADDRESS)
    stranger.get_by_label("Password").fill(NEW_PASSWORD)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_label("Name", exact=True)).to_have_value("Lina")
    page.goto(f"{home}/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_administrator_finds_and_deletes(administrator) -> None:
    """B72a, B72b, P8: the administrator finds somebody, sees what deleting does, does it, and reads it in the record."""
    page = administrator.page
    administrator.goes_to("/admin/agents")
    has_no_faults(page)
    page.get_by_label("Name or address").fill("bruno")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Bruno Ferreira").click()
    page.get_by_role("link", name="Delete…").click()
    expect(page.locator("main")).to_contain_text("under the name of the site")
    has_no_faults(page)
    page.get_by_label(re.compile("^Type ")).fill("bruno@village.example")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status")).to_have_text("The account is deleted.")
    page.get_by_role("link", name="Record").click()
    expect(page.locator("tbody tr").first).to_contain_text("deleted")
    has_no_faults(page)


def test_photo(new_page, new_agent, parley) -> None:
    """B3c, B7: somebody chooses a photo, finds it beside their name on every page, and takes it away again."""
    page = new_agent(village.CLARA).page
    home = parley.url(village.CLARA.host, "").rstrip("/")
    page.goto(f"{home}/profile")
    face = page.locator(".masthead .face")
    expect(face.locator("img")).to_have_count(0)
    page.get_by_label("Choose a photo").set_input_files(SAMPLES / "letter.pdf")
    expect(page.locator("#logo-error")).to_have_text("Please choose a picture: JPG, PNG, WebP or GIF.")
    page.get_by_label("Choose a photo").set_input_files(SAMPLES / "turned.jpg")
    expect(face.locator("img")).to_be_visible()
    has_no_faults(page)
    page.goto(f"{home}/notices")
    expect(face.locator("img")).to_be_visible()
    page.goto(f"{home}/profile")
    page.get_by_role("button", name="Remove the photo").click()
    expect(face.locator("svg")).to_be_visible()
