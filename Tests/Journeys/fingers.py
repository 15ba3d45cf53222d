"""Fingers on a telephone: what a browser makes touches and pointers of, and scrolls by."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page

STEPS = 8


class Finger:
    """Only Chromium lets one move a finger, by its own protocol."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def moves(self, *places: Sequence[float], lifts: bool = True) -> None:
        """Comes down at the first place, goes through the others without haste, and is lifted at the last."""
        self.touches("touchStart", places[0])
        for start, end in zip(places, places[1:], strict=False):
            for step in range(1, STEPS + 1):
                part = step / STEPS
                self.touches("touchMove", (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
                self.page.wait_for_timeout(16)
        if lifts:
            self.lifts()

    def lifts(self) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def swipes(self, element: Locator, by: float) -> None:
        """To the left by less than nothing."""
        x, y = middle(element)
        self.moves((x, y), (x + by, y + 4))

    def pulls(self, element: Locator, by: float, lifts: bool = True) -> None:
        x, y = middle(element)
        self.moves((x, y), (x + 2, y + by), lifts=lifts)

    def touches(self, kind: str, place: Sequence[float]) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]})


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None, f"{element} is not in view"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
