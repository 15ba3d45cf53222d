from playwright.sync_api import expect

import village


def test_two_agents_in_one_chat(new_visitor, new_agent) -> None:
    """E1c, E27c, E37c, E38a, E38b, E39: a second agent joins, everybody reads everything live, and each is known by name and colour."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Is there a discount for students?")
    clara.joins("Ada Moreau")
    bruno.opens("Ada Moreau", "active")
    bruno.presses_join()
    ada.sees_line("joined", name=village.BRUNO.pseudonym)

    clara.writes("I will ask my colleague.")
    bruno.sees("I will ask my colleague.")
    bruno.writes("Ten percent with a student card.")
    clara.sees("Ten percent with a student card.")
    ada.sees_in_order("Is there a discount for students?", "I will ask my colleague.", "Ten percent with a student card.")
    ada.sees_author("I will ask my colleague.", village.CLARA.pseudonym)
    ada.sees_author("Ten percent with a student card.", village.BRUNO.pseudonym)

    colours = [[reader.colour_of("I will ask my colleague."), reader.colour_of("Ten percent with a student card.")] for reader in (ada, clara, bruno)]
    assert colours[0] == colours[1] == colours[2], f"each reader has colours of its own: {colours}"
    assert colours[0][0] != colours[0][1]
    assert clara.colour_of("Is there a discount for students?") not in colours[0]


def test_agents_write_while_the_form_is_open(new_visitor, new_agent) -> None:
    """E13, E15: what an agent writes, and that they are writing, appears above the form, and the visitor's own composer stays locked until the form is sent."""
    clara = new_agent()
    calls = clara.attention()
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    unnamed = clara.words("visitor.unnamed")
    clara.sees_ring(unnamed, more_than=calls)
    clara.joins(unnamed)
    clara.types("Hello")
    ada.sees_typing(village.CLARA.pseudonym)
    clara.writes("Hello, take your time.")
    ada.sees("Hello, take your time.")
    ada.cannot_write()
    ada.fills_form()
    ada.starts_chat()
    ada.writes("Thank you.")
    clara.sees_row("Ada Moreau", "active")
    clara.sees_in_order("Hello, take your time.", "Thank you.")


def test_the_form_says_what_is_wrong(new_visitor, new_agent) -> None:
    """E12: name, email and phone are needed before the visitor may write, and the form says which is missing."""
    new_agent()
    ada = new_visitor()
    ada.visits()
    ada.opens_widget()
    ada.fills_form(email="")
    ada.presses_start()
    expect(ada.field("email")).to_have_attribute("aria-invalid", "true")
    ada.cannot_write()
    ada.field("email").fill("ada@example.com")
    ada.starts_chat()


def test_the_last_agent_leaves(new_visitor, new_agent) -> None:
    """E10a, E27b, E91a: when the last agent leaves, the chat waits again, and another takes it with the join button; only who joined may close it."""
    clara, bruno = new_agent(village.CLARA), new_agent(village.BRUNO)
    ada = new_visitor()
    ada.begins()
    ada.writes("Anybody there?")
    clara.joins("Ada Moreau")
    ada.sees_line("joined", name=village.CLARA.pseudonym)
    bruno.opens("Ada Moreau", "active")
    expect(bruno.root.get_by_role("button", name=bruno.words("chat.close"))).to_be_hidden()
    clara.leaves()
    expect(clara.root.get_by_role("button", name=clara.words("chat.close"))).to_be_hidden()
    ada.sees_line("left", name=village.CLARA.pseudonym)
    bruno.sees_row("Ada Moreau", "waiting")
    clara.sees_row("Ada Moreau", "waiting")
    clara.presses_join()
    clara.sees_row("Ada Moreau", "active")
    clara.writes("Back again.")
    ada.sees("Back again.")


def test_many_chats_at_once(new_visitor, new_agent) -> None:
    """E23c, E24a, E24b, E91d: who waits longest stands first, the newest activity leads the active ones, drafts stay with their thread."""
    clara = new_agent()
    names = ["Ada Moreau", "Ben Okafor", "Chiara Russo"]
    visitors = {name: new_visitor() for name in names}
    for name, visitor in visitors.items():
        visitor.begins(name)
        visitor.writes(f"Here is {name}.")
        clara.sees_row(name, "waiting")
    clara.sees_order("waiting", *names)
    for name in names:
        clara.joins(name)
    clara.sees_order("active", *reversed(names))

    clara.opens("Ada Moreau")
    clara.types("A draft for Ada")
    clara.opens("Ben Okafor")
    expect(clara.composer).to_have_value("")
    visitors["Ada Moreau"].writes("And one more thing.")
    expect(clara.row("Ada Moreau", "active")).to_contain_text("And one more thing.")
    clara.sees_order("active", "Ada Moreau", "Chiara Russo", "Ben Okafor")
    clara.sees_unread("Ada Moreau", 1)
    clara.opens("Ada Moreau")
    expect(clara.composer).to_have_value("A draft for Ada")
    clara.sees_no_unread("Ada Moreau")


def test_addresses_are_links(new_visitor, new_agent) -> None:
    """E14a, E77: addresses in messages are links on both sides, which lead out safely; what only pretends to be one stays text."""
    clara = new_agent()
    ada = new_visitor()
    ada.begins()
    ada.writes("My draft: https://example.com/a_(1). <b>javascript:alert(1)</b>")
    clara.joins("Ada Moreau")
    clara.writes("Send it to desk@example.com, please.")
    for reader in (ada, clara):
        expect(reader.bubbles.nth(1)).to_contain_text("desk@example.com, please.")
        links = reader.bubbles.locator("> p a")
        expect(links).to_have_text(["https://example.com/a_(1)", "desk@example.com"])
        assert [link.get_attribute("href") for link in links.all()] == ["https://example.com/a_(1)", "mailto:desk@example.com"]
        for link in links.all():
            assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer nofollow ugc")
        expect(reader.bubbles.first).to_contain_text("<b>javascript:alert(1)</b>")
