from playwright.sync_api import Page, expect


def test_keyboard_alone(new_visitor, new_agent) -> None:
    """E22b, X10: without a mouse a visitor opens, fills, writes and closes, and an agent finds, joins, answers and goes back."""
    clara = new_agent()
    ada = new_visitor()
    ada.visits()
    press_until(ada.page, "Tab", ada.launcher)
    ada.page.keyboard.press("Enter")
    press_until(ada.page, "Tab", ada.field("name"))
    ada.page.keyboard.type("Ada Moreau")
    press_until(ada.page, "Tab", ada.field("email"))
    ada.page.keyboard.type("ada@example.com")
    press_until(ada.page, "Tab", ada.field("phone"))
    ada.page.keyboard.type("+33 6 12 34 56 78")
    ada.page.keyboard.press("Enter")
    expect(ada.composer).to_be_focused()
    ada.page.keyboard.type("Can you hear me?")
    ada.page.keyboard.press("Enter")
    ada.sees("Can you hear me?")

    clara.sees_row("Ada Moreau", "waiting")
    press_until(clara.page, "j", clara.row("Ada Moreau", "waiting"))
    clara.page.keyboard.press("Enter")
    expect(clara.composer).to_be_focused()
    clara.page.keyboard.type("Loud and clear.")
    clara.page.keyboard.press("Shift+Enter")
    clara.page.keyboard.type("Go on.")
    clara.page.keyboard.press("Enter")
    expect(ada.bubbles.last).to_contain_text("Loud and clear.\nGo on.")
    clara.page.keyboard.press("Escape")
    expect(clara.row("Ada Moreau", "active")).to_be_focused()

    ada.page.keyboard.press("Escape")
    expect(ada.root).to_be_hidden()
    expect(ada.launcher).to_be_focused()


def test_keyboard_on_a_telephone(new_visitor, new_agent) -> None:
    """E21, X10: where the widget fills the screen nothing behind it is reached or scrolled, and Escape gives both back."""
    new_agent()
    ada = new_visitor(phone=True)
    ada.visits()
    ada.opens_widget()
    expect(ada.root).to_have_attribute("aria-modal", "true")
    scrolls = "getComputedStyle(document.documentElement).overflowY"
    page_is_reached = "document.activeElement !== document.body && document.activeElement.localName !== 'parley-widget'"
    assert ada.page.evaluate(scrolls) == "hidden"
    for _ in range(20):
        ada.page.keyboard.press("Tab")
        assert not ada.page.evaluate(page_is_reached)
    ada.root.get_by_label(ada.words("form.name")).press("Escape")
    expect(ada.root).to_be_hidden()
    expect(ada.launcher).to_be_focused()
    assert ada.page.evaluate(scrolls) == "visible"
    ada.page.keyboard.press("Shift+Tab")
    assert ada.page.evaluate(page_is_reached)
    ada.page.set_viewport_size({"width": 900, "height": 700})
    ada.opens_widget()
    expect(ada.root).to_have_attribute("aria-modal", "false")
    assert ada.page.evaluate(scrolls) == "visible"


def press_until(page: Page, key: str, element) -> None:
    for _ in range(40):
        if element.evaluate("element => element.getRootNode().activeElement === element"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {element}")
