"""What a person would not see but a journey must not accept: errors of the browser and malformed pages."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, Response
from structure import faults

# What a browser says by itself when the line is cut or the server is gone; allowed where a journey does just that.
BROKEN_LINE = re.compile(
    r"WebSocket connection to .* failed|net::ERR_(CONNECTION_\w+|EMPTY_RESPONSE|INTERNET_DISCONNECTED|ABORTED|FAILED)|"
    r"can.t establish a connection|connection .* was interrupted|NS_ERROR_|NetworkError"
)


# A file, or the address for a chat by letter, that is refused: the journey says in which words.
UPLOAD_REFUSED = re.compile(r"responded with a status of (413|415|422|503) ")
PAGE_SAYS_NO = re.compile(r"responded with a status of (404|409|410|422) ")


class Watch:
    def __init__(self, allows_broken_line: bool) -> None:
        self.allows_broken_line = allows_broken_line
        # What else the journey brings about: the browser's words and the address.
        self.expects: re.Pattern[str] | None = None
        self.found: list[str] = []
        self.read: set[str] = set()
        self.documents: set[str] = set()
        self.uploads: set[str] = set()

    def over(self, context: BrowserContext) -> None:
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.found.append(f"error in a page: {error.error}"))
        context.on("request", self.requested)
        context.on("response", self.answered)

    def requested(self, request: Request) -> None:
        if request.is_navigation_request():
            self.documents.add(request.url)
        if request.method == "POST" and (request.resource_type == "xhr" or request.url.endswith("/transcript")):
            self.uploads.add(request.url)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type != "error" or (self.allows_broken_line and BROKEN_LINE.search(message.text)):
            return
        address = message.location.get("url", "") if message.location else ""
        # A page that is missing or used up is a page too, and the journey says what it shows.
        if PAGE_SAYS_NO.search(message.text) and address in self.documents:
            return
        if UPLOAD_REFUSED.search(message.text) and address in self.uploads:
            return
        if self.expects is not None and self.expects.search(f"{message.text} {address}"):
            return
        self.found.append(f"the browser reports: {message.text} {address}".strip())

    def answered(self, response: Response) -> None:
        # The pages of the browser's own viewer are its makers'.
        if response.request.resource_type != "document" or response.status >= 300 or response.url.startswith("chrome-extension:"):
            return
        if "text/html" not in response.headers.get("content-type", "") or response.url in self.read:
            return
        self.read.add(response.url)
        try:
            html = response.text()
        except Error:
            # The page was left before its text could be read; another visit reads it.
            self.read.discard(response.url)
            return
        self.found += [f"{response.url}: {fault}" for fault in faults(html)]
