from playwright.sync_api import expect

import village


def test_visitor_details(new_visitor, new_agent) -> None:
    """E22d, E28, E29: beside the chat an agent opens and closes what is known of the visitor: email, phone, website, and the page of this moment."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("Where do I find your prices?")
    clara.joins("Ada Moreau")
    button = clara.root.get_by_role("button", name=clara.words("chat.panel"))
    details = clara.page.get_by_role("complementary", name=clara.words("panel.title"))
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    for known in ("ada@example.com", "+33 6 12 34 56 78", ada.website.name):
        expect(details).to_contain_text(known)
    ada.follows_link(village.PRICES)
    expect(details.locator(".page-now").get_by_role("link", name=village.PRICES.title)).to_be_visible()
    details.get_by_role("button", name=clara.words("panel.close")).click()
    expect(details).to_be_hidden()
    button.click()
    expect(details).to_be_visible()
    expect(details.get_by_text(clara.words("panel.here"))).to_be_visible()
    ada.closes_chat()
    clara.sees_row("Ada Moreau", "closed")
    expect(details.get_by_text(village.CLARA.pseudonym)).to_be_visible()
    expect(details.get_by_text(clara.words("panel.left"), exact=True)).to_have_count(0)
