"""What happened today, as figures that open."""

import csv
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from people import Agent, Manager, Visitor
from playwright.sync_api import Page, expect
from test_accessibility import violations

import village
from program import Program
from words import Words

FIGURES = Words("en", "insights")


def test_figures(
    new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent], new_page: Callable[..., Page], parley: Program
) -> None:
    """E60, E61, E62, E63, E64, E71b, X9: a chat is had, the manager reads it in cards, tables and the hours, and each number opens the rows behind it."""
    clara, ada = new_agent(village.CLARA), new_visitor()
    ada.begins()
    ada.writes("Do you read theses?")
    clara.joins("Ada Moreau")
    clara.writes("Yes, we do.")
    ada.sees("Yes, we do.")
    mona = Manager(new_page(), parley, village.MANAGER)
    mona.sign_in()
    page = mona.page
    page.get_by_role("link", name=mona.words("rail.figures")).click()
    expect(page.get_by_role("heading", name=FIGURES("title"), exact=True)).to_be_visible()

    def card(figure: str) -> str:
        return page.locator(f"#value-{figure}").inner_text()

    shown = {figure: card(figure) for figure in ("visitors", "chats", "messages", "conversions")}
    assert int(shown["chats"]) >= 1 and int(shown["messages"]) >= 2
    expect(page.locator("#value-answers")).to_have_text(re.compile(r"\d+ s|\d+ min"))
    expect(page.get_by_role("row").filter(has_text=village.HARBOUR.name).first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Clara").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("30 days"))).to_be_visible()
    expect(page.locator(".heat td[data-level='4']").first).to_be_visible()
    assert violations(page, "figures") == []
    reads_the_table_behind_the_chart(page)
    takes_along(page, shown)
    for figure in ("chats", "messages", "visitors"):
        page.locator(f"#figure-{figure}").locator("..").get_by_role("link").click()
        expect(page.get_by_role("heading", name=FIGURES(f"figure.{figure}"), exact=True)).to_be_visible()
        assert page.locator("tbody tr").count() == int(shown[figure]), figure
        rows = lines(downloaded(page, FIGURES("export.commas")))
        assert len(rows) == 1 + int(shown[figure]), figure
        assert cells(downloaded(page, FIGURES("export.excel"))) == [rows], figure
        assert violations(page, f"the list behind {figure}") == []
        page.get_by_role("link", name=FIGURES("title")).click()
    # The village has a past from before there were its websites.
    page.goto(parley.url(village.MANAGER.host, "/console/today?span=month"))
    months = card("messages")
    page.locator("#figure-messages").locator("..").get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(int(months))
    page.get_by_role("link", name=FIGURES("title")).click()
    page.locator("#figure-chats").locator("..").get_by_role("link").click()
    page.get_by_role("link", name="Ada Moreau").first.click()
    mona.sees("Yes, we do.")

    clara.page.goto(parley.url(village.CLARA.host, "/console/today"))
    expect(clara.page.locator("#value-joined")).to_have_text(re.compile("^[1-9]"))
    expect(clara.page.locator(".heat")).to_have_count(0)
    own = lines(downloaded(clara.page, FIGURES("export.commas")))
    assert own[0][2].startswith(FIGURES("figure.joined"))
    assert violations(clara.page, "one's own figures") == []


def reads_the_table_behind_the_chart(page: Page) -> None:
    """What the line shows is read without seeing it: its name says how many and where, and keys alone open the table."""
    chart = page.get_by_role("img", name=re.compile("30 days"))
    table = page.get_by_role("table", name=FIGURES("chart"))
    expect(table).to_be_hidden()
    page.get_by_role("combobox").last.focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    counts = [int(text) for text in table.locator("td").all_inner_texts()]
    said = re.search(r"(\d+) in all", chart.get_attribute("aria-label") or "")
    assert said and sum(counts) == int(said[1]) and len(counts) == 30


def takes_along(page: Page, shown: dict[str, str]) -> None:
    """The files say what the cards say, and Excel reads numbers as numbers."""
    days = lines(downloaded(page, f"{FIGURES('export.commas')} {FIGURES('chart')}"))
    # The newest first; today is not the same day everywhere.
    newest = {row[1]: row for row in reversed(days[1:])}.values()
    for column, figure in ((2, "visitors"), (3, "chats"), (6, "messages"), (8, "conversions")):
        assert days[0][column].startswith(FIGURES(f"figure.{figure}") + ": "), figure
        assert sum(int(row[column]) for row in newest) == int(shown[figure]), figure
    sheets = cells(downloaded(page, FIGURES("export.excel")))
    assert len(sheets) == 5 and sheets[0][1:] == days[1:]
    for index, name in ((1, "bySite"), (2, "byAgent"), (3, "hours")):
        rows = lines(downloaded(page, f"{FIGURES('export.commas')} {FIGURES(name)}"))
        assert sheets[index][1:] == rows[1:] and len(rows) > 1, name
    assert [FIGURES("figure.chats"), FIGURES("meaning.chats")] in sheets[4]


def downloaded(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return download.value.path()


def lines(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return [[plain(cell) for cell in row] for row in csv.reader(text)]


def plain(cell: str) -> str:
    """Excel keeps 5.0 as 5."""
    return cell.removesuffix(".0") if re.fullmatch(r"\d+\.0", cell) else cell


def cells(file: Path) -> list[list[list[str]]]:
    """Of each sheet its rows, as a program that had no part in writing them reads them."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(file) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        sheets = [ElementTree.fromstring(book.read(name)) for name in names]

    def read(row: ElementTree.Element, width: int) -> list[str]:
        """What is empty is not there."""
        known = {column(cell.attrib["r"]): "".join(cell.itertext()) for cell in row.findall("x:c", space)}
        return [known.get(number, "") for number in range(width)]

    rows = [sheet.findall(".//x:row", space) for sheet in sheets]
    return [[read(row, len(found[0])) for row in found] for found in rows]


def column(place: str) -> int:
    """AB12 is in column 27."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1
