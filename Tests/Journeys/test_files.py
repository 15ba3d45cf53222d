"""Files in chats: chosen, looked at, sent, refused in words, and shown on both sides."""

import io
import re
import struct
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Download, JSHandle, Locator, Page, expect

import village
from people import Agent, Reader, Visitor
from scanner import FINDING
from test_accessibility import SCHEMES, violations
from test_privacy import home_of, lets_days_pass

SAMPLES = Path(__file__).resolve().parent.parent / "Samples"
MOST_BYTES = 10 * 1024 * 1024

# Slow enough that the progress of a quarter of a megabyte can be watched.
SLOW_BYTES_PER_SECOND = 60_000


def picture(name: str = "harbour.png", width: int = 640, height: int = 400, noise: int = 0) -> dict[str, Any]:
    """A picture as the chooser of a browser hands it over: sea below a sky; noise makes its file large."""
    seed = zlib.crc32(name.encode()) | 1
    rows = io.BytesIO()
    for y in range(height):
        rows.write(b"\0")
        for x in range(width):
            seed = (seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF
            blur = (seed >> 16) % (noise + 1)
            rows.write(bytes((40 + blur, 90 + y * 100 // height, 200 - (60 if y > height // 2 else 0) + x * 40 // width)))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.getvalue())),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts]
    return {"name": name, "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"".join(chunks)}


def sample(name: str, called: str | None = None) -> dict[str, Any]:
    return {"name": called or name, "mimeType": "application/octet-stream", "buffer": (SAMPLES / name).read_bytes()}


BLUE = (0, 102, 204)


def blue_pages(name: str, count: int = 2) -> dict[str, Any]:
    """A PDF whose pages are painted in one colour, so that it can be told from afar whether one is shown."""
    paint = " ".join(str(part / 255) for part in BLUE) + " rg 0 0 595 842 re f"
    kids = " ".join(f"{3 + number} 0 R" for number in range(count))
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids [{kids}] >>"]
    parts += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {3 + count} 0 R >>"] * count
    parts.append(f"<< /Length {len(paint)} >>\nstream\n{paint}\nendstream")
    content, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(parts) + 1} /Root 1 0 R >>\n"
    content += f"{end}startxref\n{len(content)}\n%%EOF\n"
    return {"name": name, "mimeType": "application/pdf", "buffer": content.encode()}


# What people do with files


def chooses(reader: Reader, *files: dict[str, Any]) -> None:
    reader.root.locator(".attach input[type=file]").first.set_input_files(list(files))


def chip(reader: Reader, name: str) -> Locator:
    return reader.root.get_by_role("list", name=reader.words("files.chosen")).get_by_role("listitem").filter(has_text=name)


def removal(reader: Reader, name: str) -> Locator:
    return chip(reader, name).get_by_role("button", name=reader.words.like("files.remove", name=name))


def looks_at(reader: Reader, name: str) -> Locator:
    """A document that was chosen, from closer by."""
    chip(reader, name).get_by_role("button", name=reader.words.like("files.look", name=name)).click()
    sheet = reader.page.get_by_role("dialog", name=name)
    expect(sheet).to_be_visible()
    return sheet


def shows_pages(frame: Locator) -> bool:
    """Firefox draws with a page of its own, which can be read; of Chromium's viewer only a picture tells."""
    if frame.page.context.browser.browser_type.name == "firefox":
        return frame.content_frame.locator(".page[data-loaded=true] canvas").count() > 0
    shot = Image.open(io.BytesIO(frame.screenshot())).convert("RGB")
    near = sum(all(abs(part - wanted) < 12 for part, wanted in zip(pixel, BLUE, strict=True)) for pixel in shot.get_flattened_data())
    return near > shot.width * shot.height / 8


def sends(reader: Reader, *files: dict[str, Any]) -> None:
    chooses(reader, *files)
    for file in files:
        expect(chip(reader, file["name"])).to_be_visible()
    reader.root.get_by_role("button", name=reader.words("composer.send"), exact=True).click()
    expect(reader.root.locator(".tray")).to_be_hidden()


def card(reader: Reader, name: str) -> Locator:
    return reader.bubbles.get_by_role("link").filter(has=reader.page.get_by_text(name, exact=True))


def shown_picture(reader: Reader, name: str) -> Locator:
    return reader.bubbles.get_by_role("img", name=reader.words.like("files.picture", name=name))


def sees_picture(reader: Reader, name: str) -> None:
    """Fetched and drawn, not only its room."""
    reader.looks()
    image = shown_picture(reader, name)
    expect(image).to_be_visible()
    reader.waits_until(
        lambda: bool(image.evaluate("image => image.complete && image.naturalWidth > 0")), lambda: f"{name} did not arrive"
    )


def downloads(reader: Reader, name: str) -> bytes:
    """A document opens no page: the window that it is asked in goes away again."""
    found: list[Download] = []

    def listen(page: Page) -> None:
        page.on("download", lambda download: found.append(download))

    # It belongs to the window that goes away, or to the one that opened it when that was gone too soon.
    listen(reader.page)
    reader.page.context.once("page", listen)
    card(reader, name).click()
    reader.waits_until(lambda: len(found) > 0, lambda: f"{name} was not downloaded")
    assert re.fullmatch(rf"\d.*_{re.escape(name)}", found[0].suggested_filename), found[0].suggested_filename
    return Path(found[0].path()).read_bytes()


def handed_over(reader: Reader, file: dict[str, Any]) -> JSHandle:
    """As the desktop and the clipboard hand files to a page."""
    return reader.page.evaluate_handle(
        """([name, bytes]) => {
            const given = new DataTransfer();
            given.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
            return given;
        }""",
        [file["name"], list(file["buffer"])],
    )


def slow_down(reader: Reader, bytes_per_second: int) -> None:
    session = reader.page.context.new_cdp_session(reader.page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    session.send("Network.emulateNetworkConditions", conditions)


def talk(new_visitor: Any, new_agent: Any, **options: Any) -> tuple[Visitor, Agent]:
    clara: Agent = new_agent(**options)
    ada: Visitor = new_visitor(**options)
    ada.begins()
    ada.writes("Good morning")
    clara.joins("Ada Moreau")
    expect(ada.root.get_by_role("button", name=ada.words("files.attach"))).to_be_visible()
    return ada, clara


@pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)
def test_both_sides_send(new_visitor: Any, new_agent: Any) -> None:
    """E15, E41c, E41d, E41e, E41f: pictures and documents go both ways, are seen before they are sent, and stay after a reload."""
    ada, clara = talk(new_visitor, new_agent)
    sends(ada, picture("harbour.png"), sample("letter.pdf", "thesis.pdf"))
    sees_picture(clara, "harbour.png")
    expect(card(clara, "thesis.pdf")).to_contain_text("PDF")
    expect(clara.row("Ada Moreau")).to_contain_text(clara.words.like("list.file", name="thesis.pdf"))

    chooses(clara, picture("portrait.png", 300, 500), sample("letter.pdf", "offer.pdf"))
    expect(chip(clara, "portrait.png").locator("canvas")).to_be_visible()
    expect(chip(clara, "offer.pdf")).to_contain_text("kB")
    clara.writes("Here is my offer")
    sees_picture(ada, "portrait.png")
    ada.sees("Here is my offer")
    assert downloads(ada, "offer.pdf") == sample("letter.pdf")["buffer"]

    for reader in (ada, clara):
        reader.page.reload()
    for reader in (ada, clara):
        reader.sees("Here is my offer")
        for name in ("harbour.png", "portrait.png"):
            sees_picture(reader, name)
        for name in ("thesis.pdf", "offer.pdf"):
            expect(card(reader, name)).to_be_visible()


def test_a_file_is_deleted(new_visitor: Any, new_agent: Any) -> None:
    """X11: a picture and a document are deleted by who sent them, by their menu; the other side reads that something was, and has them no more."""
    ada, clara = talk(new_visitor, new_agent)
    sends(ada, sample("letter.pdf", "thesis.pdf"))
    expect(card(clara, "thesis.pdf")).to_be_visible()
    expect(clara.root.get_by_role("button", name=clara.words("revising.change"))).to_have_count(0)
    sends(clara, picture("portrait.png", 300, 500))
    sees_picture(ada, "portrait.png")
    name = clara.words.like("files.picture", name="portrait.png")
    documents = ada.bubbles.filter(has=ada.page.get_by_text("thesis.pdf", exact=True))
    pictures = clara.bubbles.filter(has=clara.page.get_by_role("img", name=name))
    for reader, bubble in ((ada, documents), (clara, pictures)):
        reader.looks()
        bubble.hover()
        bubble.get_by_role("button", name=reader.words("revising.change")).click()
        expect(bubble.get_by_role("button", name=reader.words("revising.edit"), exact=True)).to_have_count(0)
        bubble.get_by_role("button", name=reader.words("revising.delete")).click()
        bubble.get_by_role("button", name=reader.words("revising.delete")).click()
        reader.sees_line("erased")
        expect(bubble).to_have_count(0)
    for reader in (ada, clara):
        reader.page.reload()
    expect(ada.root).to_be_visible()
    ada.sees("Good morning")
    for reader in (ada, clara):
        expect(card(reader, "thesis.pdf")).to_have_count(0)
        expect(shown_picture(reader, "portrait.png")).to_have_count(0)
    expect(clara.row("Ada Moreau")).not_to_contain_text("portrait")


@pytest.mark.parametrize("browser", ["whole_chromium", "firefox"], indirect=True)
def test_documents_are_looked_at(new_visitor: Any, new_agent: Any) -> None:
    """E41f: an agent sees the pages of a PDF and how a Word file begins before anything is sent; what cannot be read is called that."""
    ada, clara = talk(new_visitor, new_agent)
    arrived: list[str] = []
    clara.page.on("request", lambda request: arrived.append(request.method + " " + request.url))
    damaged = {"name": "damaged.docx", "mimeType": "application/octet-stream", "buffer": b"PK no more"}
    chooses(clara, blue_pages("thesis.pdf"), sample("letter.docx"), damaged, sample("letter.doc"))
    expect(chip(clara, "thesis.pdf")).to_contain_text(re.compile("PDF · .?1 kB"))
    # Of the old format there is nothing to be seen but its name, kind and size.
    old = clara.root.get_by_role("listitem").filter(has=clara.page.get_by_text("letter.doc", exact=True))
    expect(old).to_contain_text(re.compile("DOC · .?6 kB"))
    expect(old.get_by_role("button")).to_have_count(1)

    sheet = looks_at(clara, "thesis.pdf")
    frame = sheet.locator("iframe")
    expect(frame).to_have_attribute("title", clara.words("files.pagesOf", name="thesis.pdf"))
    clara.waits_until(lambda: shows_pages(frame), lambda: "the page was not drawn")
    is_chromium = clara.page.context.browser.browser_type.name == "chromium"
    # Asked in Firefox, axe would speak to the viewer, which says that it was not meant.
    found = violations(clara.page, "pages of a PDF") if is_chromium else []
    expect(sheet.get_by_role("button", name=clara.words("shortcuts.close"))).to_be_focused()
    clara.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)

    sheet = looks_at(clara, "letter.docx")
    expect(sheet).to_contain_text("Dear Ada")
    expect(sheet).to_contain_text(clara.words("files.opening"))
    found += violations(clara.page, "words of a Word file")
    sheet.get_by_role("button", name=clara.words("shortcuts.close")).click()
    expect(sheet).to_have_count(0)
    expect(looks_at(clara, "damaged.docx")).to_contain_text(clara.words("files.unreadable"))
    clara.page.keyboard.press("Escape")
    assert not [request for request in arrived if request.startswith("POST")], "nothing of it travels before it is sent"

    removal(clara, "damaged.docx").click()
    clara.root.get_by_role("button", name=clara.words("composer.send"), exact=True).click()
    for name in ("thesis.pdf", "letter.docx", "letter.doc"):
        expect(card(ada, name)).to_be_visible()
    assert not found, "\n".join(found)


def test_files_run_out(new_visitor: Any, new_agent: Any, new_page: Any, parley: Any) -> None:
    """E44a, E44c: sixteen days on, the night has taken the file: both sides read that it expired, and so does who kept its address."""
    ada, clara = talk(new_visitor, new_agent)
    sends(ada, picture("harbour.png"), sample("letter.pdf", "thesis.pdf"))
    sends(clara, sample("letter.docx", "offer.docx"))
    sees_picture(clara, "harbour.png")
    expect(card(ada, "offer.docx")).to_be_visible()
    assert downloads(ada, "offer.docx") == sample("letter.docx")["buffer"]
    kept = card(clara, "thesis.pdf").get_attribute("href")

    lets_days_pass(new_page(), home_of(parley), 16)
    for reader in (ada, clara):
        reader.looks()
        expect(reader.bubbles.get_by_text(reader.words("files.expired"))).to_have_count(3)
        expect(reader.bubbles.get_by_role("link")).to_have_count(0)
    # Who kept its address reads why it opens nothing, even with a pass of today.
    assert kept
    agent = clara.page.context.new_page()
    conversation = clara.page.evaluate("location.hash.slice(1)")
    fresh = clara.page.evaluate("async path => (await (await fetch(path)).json()).pass", f"/api/v1/chats/{conversation}/pass")
    answer = agent.goto(parley.url(village.CLARA.host, f"{kept.split('?')[0]}?pass={quote(fresh)}"))
    assert answer and answer.status == 410
    expect(agent.locator("main")).to_contain_text("This file has expired and was deleted")
    for reader in (ada, clara):
        reader.page.reload()
        expect(reader.bubbles.get_by_text(reader.words("files.expired"))).to_have_count(3)
    parley.doctor()


@pytest.mark.virus_scanner
def test_virus_is_found(new_visitor: Any, new_agent: Any, scanner: Any) -> None:
    """E43: a file that the scanner knows is refused in words on either side, the clean one before it arrives; without a scanner none does."""
    ada, clara = talk(new_visitor, new_agent)
    letter = sample("letter.pdf", "letter.pdf")
    for sender, other in ((ada, clara), (clara, ada)):
        clean, bad = f"clean-of-{sender.lines}.pdf", f"bad-of-{sender.lines}.pdf"
        sends(sender, {**letter, "name": clean}, {**letter, "name": bad, "buffer": letter["buffer"] + FINDING})
        expect(card(other, clean)).to_be_visible()
        refused = sender.bubbles.filter(has_text=bad)
        expect(refused).to_have_attribute("data-state", "refused")
        expect(refused).to_contain_text("The virus scanner found something in this file")
        refused.get_by_role("button", name="Discard").click()
        sender.writes(f"After it, {sender.lines}")
        other.sees(f"After it, {sender.lines}")
        expect(card(other, bad)).to_have_count(0)
    scanner.end()
    sends(ada, {**letter, "name": "unlooked.pdf"})
    expect(ada.bubbles.filter(has_text="unlooked.pdf")).to_have_attribute("data-state", re.compile("waiting|sending|refused"))
    ada.page.wait_for_timeout(2_000)
    expect(card(clara, "unlooked.pdf")).to_have_count(0)


def test_progress(new_visitor: Any, new_agent: Any) -> None:
    """E41c: how far an upload is can be watched, by ear too; one that is cancelled leaves nothing and what comes after goes on."""
    ada, clara = talk(new_visitor, new_agent)
    slow_down(ada, SLOW_BYTES_PER_SECOND)
    sends(ada, picture("slow.png", 500, 400, noise=120))
    bar = ada.log.get_by_role("progressbar", name=ada.words.like("files.uploading", name="slow.png"))
    ada.waits_until(lambda: 0 < float(bar.get_attribute("value") or 0) < 1, lambda: "the bar did not move")
    ada.writes("This waits for its turn")
    ada.sees_tick("This waits for its turn", "unsent")
    ada.log.get_by_role("button", name=ada.words.like("files.cancel", name="slow.png")).click()
    expect(bar).to_have_count(0)
    clara.sees("This waits for its turn")
    expect(shown_picture(clara, "slow.png")).to_have_count(0)

    slow_down(ada, SLOW_BYTES_PER_SECOND)
    sends(ada, picture("second.png", 300, 200, noise=120))
    place = ada.bubbles.last.bounding_box()
    sees_picture(clara, "second.png")
    sees_picture(ada, "second.png")
    after = ada.bubbles.last.bounding_box()
    assert place and after and after["width"] == place["width"], "the bubble changed its size when the picture arrived"


def test_refused_in_words(new_visitor: Any, new_agent: Any) -> None:
    """E41a, E41b: what is of the wrong kind, empty or too large is refused in words before it travels, what lies about its kind after."""
    ada, clara = talk(new_visitor, new_agent)
    wrong = [
        ("page.html", "wrongType", b"<h1>Hello</h1>"),
        ("nothing.pdf", "empty", b""),
        ("large.pdf", "tooLarge", b"%PDF-1.4" + bytes(MOST_BYTES)),
    ]
    for reader in (ada, clara):
        for name, text, content in wrong:
            chooses(reader, {"name": name, "mimeType": "application/octet-stream", "buffer": content})
            expect(reader.root.get_by_role("alert").filter(has_text=reader.words.like(f"files.{text}", name=name))).to_be_visible()
            expect(chip(reader, name)).to_have_count(0)
        # What follows takes the words away.
        chooses(reader, picture())
        expect(reader.root.locator(".tray").get_by_role("alert")).to_be_empty()
        removal(reader, "harbour.png").click()
        expect(reader.root.locator(".tray")).to_be_hidden()


@pytest.mark.broken_line
def test_kind_is_found_out(new_visitor: Any, new_agent: Any) -> None:
    """E41a: a file that is not what its name says is refused by the server, in its words, and can be taken away."""
    ada, clara = talk(new_visitor, new_agent)
    sends(ada, {"name": "thesis.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"})
    refused = ada.bubbles.filter(has_text="thesis.pdf")
    expect(refused).to_have_attribute("data-state", "refused")
    refused.get_by_role("button", name=ada.words("pending.discard")).click()
    expect(refused).to_have_count(0)
    ada.writes("Never mind")
    clara.sees("Never mind")
    expect(card(clara, "thesis.pdf")).to_have_count(0)


def test_lost_with_the_page(new_visitor: Any, new_agent: Any) -> None:
    """E15, X4: a file that was on its way when the page was left is named as not sent, and what was written after it goes out."""
    ada, clara = talk(new_visitor, new_agent)
    slow_down(ada, 20_000)
    sends(ada, picture("slow.png", 500, 400, noise=120))
    ada.writes("Written after it")
    ada.page.reload()
    clara.sees("Written after it")
    lost = ada.bubbles.filter(has_text="slow.png")
    expect(lost).to_contain_text(ada.words("pending.lost"))
    lost.get_by_role("button", name=ada.words("pending.discard")).click()
    expect(lost).to_have_count(0)


def test_dropped_and_pasted(new_visitor: Any, new_agent: Any) -> None:
    """E15, E41f: files can be dragged onto the whole chat, where a hint lies over it, and pictures can be pasted."""
    ada, clara = talk(new_visitor, new_agent)
    for reader, target in ((ada, ada.root.locator(".thread")), (clara, clara.log)):
        given = handed_over(reader, picture("dropped.png", 40, 30))
        hint = reader.root.get_by_text(reader.words("files.drop"))
        target.dispatch_event("dragover", {"dataTransfer": given})
        expect(hint).to_be_visible()
        reader.page.keyboard.press("Escape")
        expect(hint).to_have_count(0)
        target.dispatch_event("dragover", {"dataTransfer": given})
        target.dispatch_event("drop", {"dataTransfer": given})
        expect(hint).to_have_count(0)
        expect(chip(reader, "dropped.png").locator("canvas")).to_be_visible()
        reader.composer.evaluate(
            "(field, clipboardData) => field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))",
            handed_over(reader, picture("pasted.png", 30, 40)),
        )
        expect(chip(reader, "pasted.png").locator("canvas")).to_be_visible()
        reader.root.get_by_role("button", name=reader.words("composer.send"), exact=True).click()
    for reader in (ada, clara):
        for name in ("dropped.png", "pasted.png"):
            expect(shown_picture(reader, name)).to_have_count(2)


def test_on_telephones(new_visitor: Any, new_agent: Any) -> None:
    """E21, E41f: on a telephone the camera is offered, chips and pictures fit, and a finger finds the buttons."""
    ada, clara = talk(new_visitor, new_agent, phone=True)
    for reader in (ada, clara):
        camera = reader.root.locator("input[capture]")
        expect(camera).to_have_attribute("accept", "image/*")
        way = reader.root.get_by_role("button", name=reader.words("files.camera"))
        box = way.bounding_box()
        assert box and min(box["width"], box["height"]) >= 44
        camera.set_input_files([picture(f"{village.CLARA.key}.png", 900, 300)])
        expect(chip(reader, "clara.png")).to_be_visible()
        reader.root.get_by_role("button", name=reader.words("composer.send"), exact=True).click()
        expect(shown_picture(reader, "clara.png")).to_have_count(1 if reader is ada else 2)
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_by_keyboard_and_by_ear(new_visitor: Any, new_agent: Any, scheme: Any) -> None:
    """X10, E15, E41d: the way to a file is a key away from the words, and axe finds nothing on chips, uploads, pictures and cards."""
    ada, clara = talk(new_visitor, new_agent, color_scheme=scheme)
    found: list[str] = []
    for reader in (ada, clara):
        reader.composer.focus()
        reader.page.keyboard.press("Tab")
        expect(reader.root.get_by_role("button", name=reader.words("files.attach"))).to_be_focused()
        chooses(reader, picture(), sample("letter.pdf"), {"name": "page.html", "mimeType": "text/html", "buffer": b"-"})
        expect(chip(reader, "letter.pdf")).to_be_visible()
        found += violations(reader.page, "chips")
        removal(reader, "harbour.png").press("Enter")
        expect(removal(reader, "letter.pdf")).to_be_focused()
        removal(reader, "letter.pdf").press("Enter")
        expect(reader.root.get_by_role("button", name=reader.words("files.attach"))).to_be_focused()
        sends(reader, picture(f"of-{reader.lines}.png"), sample("letter.pdf"))
        slow_down(reader, 20_000)
        sends(reader, picture("slow.png", 500, 400, noise=120))
        expect(reader.log.get_by_role("progressbar", name=reader.words.like("files.uploading", name="slow.png"))).to_be_visible()
        found += violations(reader.page, "uploads")
    assert not found, "\n".join(found)
