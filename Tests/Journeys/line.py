"""The line between a page and the program, which a journey can cut and mend. `set_offline` would leave an open socket open."""

from greenlet import greenlet
from playwright.sync_api import Page, WebSocketRoute

# Any code without a meaning of its own is a cut; 1006 cannot be sent.
CUT = 4999


class Line:
    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self.swallows = False
        self.open: list[WebSocketRoute] = []
        page.route_web_socket(lambda address: address.endswith("/live"), self.connected)
        # Where a socket is cut the page would poll.
        page.route("**/api/v1/live", lambda route: route.abort() if self.is_cut else route.continue_())

    def connected(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            # Playwright calls this on the fiber that would have to carry out the closing; a fiber of our own may wait for it.
            greenlet(lambda: route.close(code=CUT)).switch()
            return
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(lambda frame: None if self.swallows else route.send(frame))
        self.open.append(route)

    def cut(self) -> None:
        self.is_cut = True
        while self.open:
            self.open.pop().close(code=CUT)

    def mend(self) -> None:
        self.is_cut = self.swallows = False

    def swallow_answers(self) -> None:
        """The page is heard and hears nothing, as on a line that dies in one direction."""
        self.swallows = True
