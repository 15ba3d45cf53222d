"""The demo village as the tests know it: names of hosts, people, websites, addresses. One place to change."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Website:
    host: str
    name: str


@dataclass(frozen=True)
class WebPage:
    path: str
    link: str
    title: str


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    pseudonym: str
    host: str
    # Where visitors know them by another name.
    elsewhere: dict[str, str] = field(default_factory=dict, hash=False)
    language: str = "en"

    def at(self, website: Website) -> str:
        return self.elsewhere.get(website.host, self.pseudonym)


FRONT = "localhost"

HARBOUR = Website("harbour.localhost", "Harbour Essays")
LANTERN = Website("lantern.localhost", "Lantern Books")
# This one runs under a strict Content-Security-Policy.
QUILL = Website("quill.localhost", "Quill & Co")

# Pages of Harbour Essays.
HOME = WebPage("/", "Home", "Harbour Essays")
PRICES = WebPage("/prices", "Prices", "Prices")

CLARA = Person("clara", "Clara Lindqvist", "Clara", "agent.localhost", {LANTERN.host: "Chiara"})
# Answers at Harbour Essays and Quill & Co.
BRUNO = Person("bruno", "Bruno Ferreira", "Bruno", "bruno.localhost", {QUILL.host: "Benoît"})
# Answers at Lantern Books and Quill & Co, and not at Harbour Essays.
ELIF = Person("elif", "Elif Demir", "Elif", "elif.localhost")
MANAGER = Person("mona", "Mona Selim", "Mona", "manager.localhost")
# Answers for money, and asks for it: on pages of Parley, for Kite Counsel has no website of its own.
EMIL = Person("emil", "Emil Haddad", "Emil", "expert.localhost")
LINA = Person("lina", "Lina Okafor", "Lina", "customer.localhost")
ADMINISTRATOR = Person("ada", "Ada Brandt", "Ada", "admin.localhost")


def sign_in_path(person: Person) -> str:
    """Signs in without a password; there is such a path in the demo alone."""
    return f"/demo/sign-in?as={person.key}"


# A burst of a test is faster than people write, and all of them come from one address.
UNHURRIED = [
    "--limits",
    ",".join(
        f"{limit}=1000000/1000"
        for limit in (
            "visitor.messages", "agent.messages", "visitor.widget", "signedOut.widget",
            "signedOut.pages", "signedOut.forms", "agent.pages", "visitor.pages", "visitor.newVisitors", "signedOut.newVisitors",
            "signedOut.polls", "agent.polls",
        )
    ),
]

# Every page that the server renders: host, path, and who looks at it.
PAGES: list[tuple[str, str, Person | None]] = [
    (FRONT, "/", None),
    (FRONT, "/nothing-here", None),
    (FRONT, "/offline", None),
    (FRONT, "/sign-in", None),
    (FRONT, "/sign-up", None),
    (FRONT, "/sign-up?as=expert", None),
    (FRONT, "/recovery", None),
    (FRONT, "/recovery/sent", None),
    (FRONT, "/experts", None),
    (FRONT, "/demo/trial", None),
    (FRONT, "/dev/mail", None),
    (FRONT, "/dev/texts", None),
    (FRONT, "/dev", None),
    (FRONT, "/dev/gallery", None),
    (HARBOUR.host, "/", None),
    (HARBOUR.host, "/prices", None),
    (HARBOUR.host, "/how-we-work", None),
    (HARBOUR.host, "/about", None),
    (HARBOUR.host, "/nothing-here", None),
    (LANTERN.host, "/", None),
    (LANTERN.host, "/libri", None),
    (LANTERN.host, "/ebook", None),
    (LANTERN.host, "/chi-siamo", None),
    (QUILL.host, "/", None),
    (QUILL.host, "/tarifs", None),
    (QUILL.host, "/documents", None),
    (QUILL.host, "/a-propos", None),
    (CLARA.host, "/console", CLARA),
    (CLARA.host, "/console/ratings", CLARA),
    (CLARA.host, "/profile", CLARA),
    (CLARA.host, "/profile/about", CLARA),
    (CLARA.host, "/profile/sites", CLARA),
    (CLARA.host, "/profile/notices", CLARA),
    (CLARA.host, "/profile/phone", CLARA),
    (CLARA.host, "/profile/security", CLARA),
    (CLARA.host, "/profile/privacy", CLARA),
    (CLARA.host, "/profile/tokens", CLARA),
    (CLARA.host, "/conversations", CLARA),
    (CLARA.host, "/notices", CLARA),
    (CLARA.host, "/replies", CLARA),
    (CLARA.host, "/replies/new", CLARA),
    (CLARA.host, "/wallet", CLARA),
    (CLARA.host, "/buy", CLARA),
    (CLARA.host, "/wallet/limits", CLARA),
    (EMIL.host, "/earnings/money", EMIL),
    (EMIL.host, "/earnings/account", EMIL),
    (MANAGER.host, "/console", MANAGER),
    (ADMINISTRATOR.host, "/admin", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/sites", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/sites/new", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/sites/teams", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/bans", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/agents", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/agents/new", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/audit", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/privacy", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/payments", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/payouts", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/payouts/terms", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/reports", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/packs", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/offers", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/offers/new", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/codes", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/codes/new", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/rates", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/exclusions", ADMINISTRATOR),
    (ADMINISTRATOR.host, "/admin/sign-up", ADMINISTRATOR),
]
