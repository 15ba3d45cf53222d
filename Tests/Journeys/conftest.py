"""The stage of every journey: a program with a village of its own, browsers, and somebody who looks over their shoulder."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

import village
from crowd import Crowd
from people import Administrator, Agent, Visitor
from private_postgres import PrivatePostgres
from program import ROOT, Program
from scanner import Scanner
from watch import Watch

# Two cores run two browsers and the program; people wait longer than this.
PATIENCE_MILLISECONDS = 15_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

RESULTS = ROOT / "test-results"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# A website that a test invents has no address, so that its widget would count as a stranger's look into this machine.
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", metavar="FOLDER", help="make the pictures of README and docs in this folder")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


failed = pytest.StashKey[bool]()


# The program


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    with PrivatePostgres() as server:
        yield server


@pytest.fixture
def engine() -> str:
    """Embedded, unless a journey is played on both."""
    return "sqlite"


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    # The path of a socket is short.
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        scanner = Scanner(Path(folder) / "own")
        yield scanner
        scanner.end()


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a village that has moved in and sleeps: each journey begins with a copy, because moving in takes longer than waking up."""
    program = Program(tmp_path_factory.mktemp("village"))
    program.start()
    program.stop()
    return program.folder / "data"


@pytest.fixture
def parley(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Program]:
    if engine == "sqlite":
        shutil.copytree(request.getfixturevalue("settled"), tmp_path / "data")
    database = request.getfixturevalue("postgres").new_database() if engine == "postgres" else None
    options = village.UNHURRIED if request.node.get_closest_marker("burst") else []
    if request.node.get_closest_marker("virus_scanner"):
        options = [*options, "--virus-scanner", str(request.getfixturevalue("scanner").socket)]
    if marker := request.node.get_closest_marker("settings"):
        options = [*options, *marker.args]
    program = Program(tmp_path, database, options)
    program.start()
    yield program
    if request.node.stash.get(failed, False):
        log = program.log.read_bytes()
        keep(request.node, "parley.log", log)
        print("What the program said last:", *log.decode(errors="replace").splitlines()[-60:], sep="\n")
    if program.runs:
        program.stop()


# The browsers


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    # The shell is the engine without a window around it, which takes a third less time.
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The one that people have, with what draws a PDF."""
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Firefox moves on while the driver is pinned; one that cannot be driven is told, not hidden."""
    try:
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path="/usr/bin/firefox-esr")
        browser.new_page().close()
    except Error as error:
        pytest.skip(f"this Firefox cannot be driven: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Chromium is the gate; a journey that is played in both says so by its parameters."""
    chosen: Browser = request.getfixturevalue(getattr(request, "param", "chromium"))
    return chosen


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    watch = Watch(allows_broken_line=request.node.get_closest_marker("broken_line") is not None)
    yield watch
    assert not watch.found, "the browser found what the journey did not look at:\n" + "\n".join(watch.found)


@pytest.fixture
def new_page(browser: Browser, watch: Watch, parley: Program, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A page in a context of its own: somebody else's computer. It closes before the program ends, which it would notice."""
    contexts: list[BrowserContext] = []

    def make(phone: bool = False, language: str = "en", **options: Any) -> Page:
        if phone:
            options = {"viewport": PHONE, "has_touch": True, "device_scale_factor": 2, **options}
            if browser.browser_type.name == "chromium":
                options["is_mobile"] = True
        context = browser.new_context(**{"viewport": DESKTOP, "locale": language, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield make
    if request.node.stash.get(failed, False):
        seen = list(watch.found)
        for number, page in enumerate(page for context in contexts for page in context.pages):
            print(f"Page {number}: {page.url}", said(page), sep="\n")
            keep(request.node, f"page-{number}.png", page.screenshot())
        # The driver puts a style into a page to take its picture, which the page forbids.
        watch.found = seen
    for context in contexts:
        context.close()


# The people


@pytest.fixture
def new_visitor(parley: Program, new_page: Callable[..., Page]) -> Callable[..., Visitor]:
    def make(website: village.Website = village.HARBOUR, language: str = "en", **options: Any) -> Visitor:
        return Visitor(new_page(language=language, **options), parley, website, language)

    return make


@pytest.fixture
def new_agent(parley: Program, new_page: Callable[..., Page]) -> Callable[..., Agent]:
    def make(person: village.Person = village.CLARA, language: str = "en", **options: Any) -> Agent:
        agent = Agent(new_page(language=language, permissions=["notifications"], **options), parley, person, language)
        agent.sign_in()
        return agent

    return make


@pytest.fixture
def administrator(parley: Program, new_page: Callable[..., Page]) -> Administrator:
    administrator = Administrator(new_page(), parley, village.ADMINISTRATOR)
    administrator.sign_in()
    return administrator


@pytest.fixture
def new_crowd(parley: Program) -> Iterator[Callable[..., Crowd]]:
    """Visitors without browsers, who have written once and wait."""
    crowds: list[Crowd] = []

    def make(names: list[str], website: village.Website = village.HARBOUR, at_once: int = 1) -> Crowd:
        crowd = Crowd(parley, website, names, at_once)
        crowds.append(crowd)
        crowd.enter()
        return crowd

    yield make
    for crowd in crowds:
        crowd.leave()


# What stays


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Makes a picture for README and docs when asked to; otherwise the journey goes on without."""
    folder = request.config.getoption("--pictures") if request.node.get_closest_marker("picture") else None

    def make(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=ROOT / folder / f"{name}.png", animations="disabled", caret="hide")

    return make


def said(page: Page) -> str:
    try:
        return page.locator("body").aria_snapshot(timeout=5_000)
    except Error as error:
        return error.message


def keep(item: pytest.Item, name: str, content: bytes) -> None:
    """A failed journey leaves its last pictures and the program's log in test-results/."""
    folder = RESULTS / re.sub(r"[^\w-]+", "-", item.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
