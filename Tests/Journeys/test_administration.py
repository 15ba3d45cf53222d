import re
from pathlib import Path

from playwright.sync_api import Page, expect

import village
from people import Agent, Manager

OWN_WEBSITE = """<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Fern &amp; Co</title></head>
<body><main><h1>Fern &amp; Co</h1><p>We bind books.</p></main>{snippet}</body></html>"""

PASSWORD = "a long walk by the river"


def test_administrator_opens_shop(administrator, new_page, new_visitor, parley) -> None:
    """E1a, E3, E4, E5, E88b: an administrator creates a website and an agent and assigns them; with the one-time link the agent signs in and answers."""
    website = village.Website("fern.localhost", "Fern & Co")
    snippet = administrator.creates_site(website.name, parley.url(website.host, "").rstrip("/"))
    link = administrator.invites("Nadia Haddad", "nadia@example.com", "Nadia")
    administrator.assigns("Nadia Haddad", website.name, "Noor")

    invited = new_page()
    administrator.opens_invitation(invited, link, PASSWORD)
    nadia = Agent(invited, parley, village.Person("nadia", "Nadia Haddad", "Noor", village.FRONT))
    nadia.sees_lists()
    nadia.sets_status("online")

    ben = new_visitor(website)
    ben.page.route("http://fern.localhost:*/", lambda route: route.fulfill(body=OWN_WEBSITE.format(snippet=snippet), content_type="text/html"))
    ben.begins("Ben Okafor")
    ben.writes("Do you bind a thesis?")
    nadia.joins("Ben Okafor")
    nadia.writes("In two days.")
    ben.sees_author("In two days.", "Noor")
    expect(ben.root.get_by_text("Haddad")).to_have_count(0)

    # The link worked once.
    again = new_page()
    again.goto(link)
    expect(again.get_by_label(administrator.pages("field.password"))).to_have_count(0)


def test_signed_out_in_the_middle(administrator, new_page, new_visitor, parley, watch) -> None:
    """E22a, E22b: an agent who is signed out while a chat is open signs in again from there, or from the page when it was reloaded, and is back in that chat."""
    # What was being read about the visitor at that moment.
    watch.expects = re.compile(r"status of 401 .*/console/chats/\d+/visitor$")
    link = administrator.invites("Nadia Haddad", "nadia@example.com", "Nadia")
    administrator.assigns("Nadia Haddad", village.HARBOUR.name, "Noor")
    page = new_page()
    administrator.opens_invitation(page, link, PASSWORD)
    nadia = Agent(page, parley, village.Person("nadia", "Nadia Haddad", "Noor", village.FRONT))
    nadia.sees_lists()
    nadia.sets_status("online")
    ada = new_visitor()
    ada.begins()
    ada.writes("Is this the right place?")
    nadia.joins("Ada Moreau")
    nadia.types("It is, and")
    for way in ("banner", "reload"):
        signs_out_elsewhere(page, administrator.pages("layout.signOut"))
        again = page.locator(".banner").get_by_role("link", name=nadia.words("connection.signIn"))
        expect(again).to_be_visible()
        if way == "banner":
            again.click()
        else:
            page.reload()
        page.get_by_label(administrator.pages("field.email")).fill("nadia@example.com")
        page.get_by_label(administrator.pages("field.password")).fill(PASSWORD)
        page.get_by_role("button", name=administrator.pages("layout.signIn")).click()
        expect(nadia.root.get_by_role("heading", name="Ada Moreau")).to_be_visible()
        expect(nadia.composer).to_have_value("It is, and")


def signs_out_elsewhere(page: Page, words: str) -> None:
    """In another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(page.url.split("/console")[0] + "/profile")
    tab.locator("[popovertarget=you-menu]").click()
    tab.get_by_role("button", name=words).click()
    # A page that goes while its answer is being read may keep the reader waiting.
    expect(tab).to_have_url(re.compile("/sign-in$"))
    tab.close()


def test_administrator_gives_logo(administrator, new_visitor) -> None:
    """E3: a logo is chosen on the website's page, shown there and in the head of the chat; what is no picture is refused in words and can be tried again."""
    samples = Path(__file__).parent.parent / "Samples"
    site = village.HARBOUR
    administrator.gives_logo(site.name, str(samples / "page.html"))
    page = administrator.page
    expect(page.get_by_role("alert")).to_have_text(administrator.refusals("pictureTypeNotAllowed"))
    page.get_by_label(administrator.sites("logo.choose")).set_input_files(str(samples / "turned.jpg"))
    expect(page.locator(".notice")).to_have_text(administrator.sites("done.logoSaved"))
    stored = page.locator("#logo img")
    expect(stored).to_have_js_property("naturalWidth", 144)

    ada = new_visitor(site)
    ada.visits()
    ada.opens_widget()
    expect(ada.root.locator(".head img.logo")).to_have_js_property("naturalWidth", 144)

    administrator.presses(administrator.sites("logo.remove"))
    expect(page.locator(".notice")).to_have_text(administrator.sites("done.logoRemoved"))
    expect(stored).to_have_count(0)


def test_manager_reads_and_does_not_write(new_visitor, new_agent, new_page, parley) -> None:
    """E90a, E90b: a manager reads every chat live, cannot write in any, and leaves no seen mark."""
    clara = new_agent()
    manager = Manager(new_page(), parley, village.MANAGER)
    manager.sign_in()
    ada = new_visitor()
    ada.begins()
    ada.writes("Is this the right place?")
    manager.opens("Ada Moreau", "waiting")
    manager.sees("Is this the right place?")
    manager.cannot_write()
    ada.sees_tick("Is this the right place?", "sent")
    clara.joins("Ada Moreau")
    clara.writes("It is.")
    manager.sees("It is.")
    manager.cannot_write()


def test_empty_console(administrator, new_agent, new_page, parley) -> None:
    """E4: with no chat open the console says what comes next: to be assigned, to go online, to choose; who only reads is not told to join."""
    link = administrator.invites("Nadia Haddad", "nadia@example.com", "Nadia")
    invited = new_page()
    administrator.opens_invitation(invited, link, PASSWORD)
    nadia = Agent(invited, parley, village.Person("nadia", "Nadia Haddad", "Noor", village.FRONT))
    nadia.sees_lists()
    expect(nadia.page.get_by_text(nadia.words("empty.noSiteText"))).to_be_visible()

    clara = new_agent()
    clara.sets_status("offline")
    expect(clara.root.get_by_role("heading", name=clara.words("empty.offlineTitle"))).to_be_visible()
    clara.root.get_by_role("button", name=clara.words("empty.goOnline")).click()
    expect(clara.page.locator("parley-list .you .tag")).to_have_text(clara.words("status.online"))
    expect(clara.root.get_by_text(clara.words("chat.noneText"))).to_be_visible()

    manager = Manager(new_page(), parley, village.MANAGER)
    manager.sign_in()
    expect(manager.root.get_by_text(manager.words("chat.noneTextReading"))).to_be_visible()
