"""The demo village as the tests know it: host names, people, websites, addresses. One place to change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    # What visitors read; a site may give another one.
    pseudonym: str
    host: str


@dataclass(frozen=True)
class Website:
    host: str
    name: str


@dataclass(frozen=True)
class WebPage:
    path: str
    link: str
    title: str


HOME = WebPage("/", "Home", "Harbour Essays")
PRICES = WebPage("/prices", "Prices", "Prices")

FRONT = "localhost"

CLARA = Person("clara", "Clara Lindqvist", "Clara", "agent.localhost")
BRUNO = Person("bruno", "Bruno Ferreira", "Bruno", "agent.localhost")
ADMINISTRATOR = Person("ada", "Ada", "Ada", "admin.localhost")
MANAGER = Person("mona", "Mona", "Mona", "manager.localhost")

HARBOUR = Website("harbour.localhost", "Harbour Essays")
LANTERN = Website("lantern.localhost", "Lantern Books")
# This one runs under a strict Content-Security-Policy.
QUILL = Website("quill.localhost", "Quill & Co")


def sign_in_path(person: Person) -> str:
    """Signs in without a password; there is such a path in the demo alone."""
    return f"/demo/sign-in?as={person.key}"


# A burst of a test is faster than people write.
UNHURRIED: list[str] = []

# Every page that the server renders: host, path, and who looks at it.
PAGES: list[tuple[str, str, Person | None]] = [
    (FRONT, "/", None),
    (FRONT, "/nothing-here", None),
    (HARBOUR.host, HOME.path, None),
    (HARBOUR.host, PRICES.path, None),
    (LANTERN.host, HOME.path, None),
    (QUILL.host, HOME.path, None),
    (CLARA.host, "/sign-in", None),
    (CLARA.host, "/console", CLARA),
    (ADMINISTRATOR.host, "/admin/sites", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/sites/new", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/agents", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/agents/new", ADMINISTRATOR),
    (MANAGER.host, "/console", MANAGER),
]
