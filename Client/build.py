"""Builds what the browser loads, and packs everything that the program embeds.

    .venv/bin/python Client/build.py

Client/built/assets/   hashed modules and style sheets, immutable
                       the panel of the widget fetches talking.ts, which has to do with files and sounds, when somebody may write, and the
                       drawings of people with the first of them who has one; the loader fetches watch.ts once its button is there, and that invitation.ts with an invitation; talking.ts fetches more.ts, and after-chat.ts when a chat is over;
                       the console fetches parley-visitors.ts with the live page;
                       panel and pages fetch polling.ts where a WebSocket cannot be had
Client/built/widget.js the loader, whose address is written into foreign pages and so never changes; beside it quiet.js, the button alone
Client/built/manifest.json  name -> address of today
Sources/CEmbedded/bundle.bin  all of it with texts, templates and schema; its format is told at `pack`

A file is written only when its bytes changed, because the Swift build looks at the time of bundle.bin.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import lightningcss
from shadow_styles import shadow_styles

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "Client"
BUILT = CLIENT / "built"

LOADER = CLIENT / "widget/loader.ts"
# The button alone, for websites that want nothing asked and nothing kept before it is pressed.
QUIET = CLIENT / "widget/quiet.ts"
PANEL = CLIENT / "widget/panel.ts"
TALKING = CLIENT / "widget/talking.ts"
# Fetched where a WebSocket cannot be had, by the panel and by our own pages.
POLLING = CLIENT / "live/polling.ts"
# Fetched where a chat can be paid by the minute.
MINUTES = CLIENT / "elements/minutes-bar.ts"
# Comes with talking.ts: how messages are written again, so that neither is large.
REVISING = CLIENT / "elements/revising.ts"
# Fetched by talking.ts when a chat is over, and by the page that is for talking.
AFTER_CHAT = CLIENT / "widget/after-chat.ts"
# Fetched by talking.ts: what can be done beside writing.
MORE = CLIENT / "widget/more.ts"
# Fetched when somebody looks for an emoji: its data is large.
EMOJI = CLIENT / "elements/emoji-picker.ts"
# Fetched by the loader once the button is there: how long and how far down a page is looked at, and what is done on it.
WATCH = CLIENT / "widget/watch.ts"
# Fetched when the answer to a beat brings an invitation, whose card it draws.
INVITATION = CLIENT / "widget/invitation.ts"
# Fetched by the panel with the first person who has a picture.
AVATARS = CLIENT / "elements/avatars.ts"
# Fetched by the console when somebody opens the live page of visitors.
VISITORS = CLIENT / "elements/parley-visitors.ts"
MODULES = [CLIENT / "elements/console.ts", CLIENT / "elements/pages.ts", CLIENT / "talk/parley-talk.ts", CLIENT / "talk/parley-frame.ts"]
# The panel as a page of the administration shows it.
PREVIEW = CLIENT / "widget/preview.ts"
# What a page changes about the panel that it holds, and adds to it.
PAGE_PANEL = [CLIENT / "talk/talk.css", CLIENT / "talk/deal.css"]
STYLES = [CLIENT / "styles/app.css"]
PICTURES = [
    CLIENT / "icon.svg",
    CLIENT / "icon-alert.svg",
    # Drawn from the first, for the screens of telephones; what is cut to any shape fills its square.
    *(CLIENT / "icons" / f"icon-{name}.png" for name in ("180", "192", "512", "maskable-512")),
]

# Like the loader it has one address for good.
WORKER = CLIENT / "worker/sw.ts"

# The demo's websites of other people: served on their own names, as they are.
WEBSITES = ROOT / "Sources/Village/Websites"

# What is fetched later is no part of who fetches it.
LATER = [f"--external:*/{module.name}" for module in (TALKING, POLLING, MINUTES, AVATARS, AFTER_CHAT, MORE, EMOJI)]

LOADER_LIMIT_BYTES = 3_072
PANEL_LIMIT_BYTES = 51_200
TALKING_LIMIT_BYTES = 16_384
WATCH_LIMIT_BYTES = 4_096
INVITATION_LIMIT_BYTES = 4_096

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".mustache": "text/plain; charset=utf-8",
    ".sql": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
}


def main() -> None:
    for sheet in sorted((CLIENT / "widget").glob("*.css")):
        write_shadow_styles(sheet)
    for sheet in PAGE_PANEL:
        write_module(sheet, lightningcss.bundle_css(str(sheet)))
    outputs: dict[str, bytes] = {}
    manifest: dict[str, str] = {}
    for sheet in STYLES:
        name, content = hashed(sheet, lightningcss.bundle_css(str(sheet)).encode())
        outputs[f"assets/{name}"] = content
        manifest[sheet.name] = f"/assets/{name}"
    for picture in PICTURES:
        name, content = hashed(picture, picture.read_bytes())
        outputs[f"assets/{name}"] = content
        manifest[picture.name] = f"/assets/{name}"
    for name, content in bundled_modules().items():
        outputs[f"assets/{name}"] = content
        manifest[re.sub(r"-[^-]+\.js$", ".js", name)] = f"/assets/{name}"
    if LOADER.exists():
        outputs["widget.js"] = bundled(LOADER, "--format=iife")
        outputs["quiet.js"] = bundled(QUIET, "--format=iife")
    outputs["sw.js"] = bundled(WORKER, "--format=iife")
    check_limits(outputs)
    outputs["manifest.json"] = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    publish(outputs)
    write_if_changed(ROOT / "Sources/CEmbedded/bundle.bin", pack(outputs))


def write_shadow_styles(sheet: Path) -> None:
    """As a module, which a strict policy of a website lets in."""
    entry = next((entry for entry in (LOADER, TALKING, AFTER_CHAT, MORE, INVITATION) if entry.stem == sheet.stem), PANEL)
    # Sheets that stand in one shadow root must not have the same short name for two things.
    modules = modules_of(entry) + ([EMOJI] if entry == MORE else [])
    text = shadow_styles(sheet, modules, prefix={TALKING: "F", AFTER_CHAT: "R", MORE: "M", INVITATION: "I"}.get(entry, ""))
    write_module(sheet, text)


def write_module(sheet: Path, text: str) -> None:
    write_if_changed(sheet.with_name(f"{sheet.name}.ts"), f"export default {json.dumps(text, ensure_ascii=False)};\n".encode())


def modules_of(entry: Path) -> list[Path]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        esbuild([str(entry), "--format=esm", "--external:*.css.ts", *LATER, f"--metafile={told}", f"--outfile={folder}/unused.js"])
        return [ROOT / path for path in json.loads(told.read_text("utf-8"))["inputs"]]


def hashed(source: Path, content: bytes) -> tuple[str, bytes]:
    return f"{source.stem}-{hashlib.sha256(content).hexdigest()[:10]}{source.suffix}", content


def bundled_modules() -> dict[str, bytes]:
    """Whoever fetches a module later names it by the address of today, and is hashed after that."""
    revising, revising_code = hashed(REVISING.with_suffix(".js"), bundled(REVISING, "--format=esm"))
    rating, rating_code = hashed(AFTER_CHAT.with_suffix(".js"), bundled(AFTER_CHAT, "--format=esm"))
    emoji = bundled(EMOJI, "--format=esm")
    more_code = with_address(bundled(MORE, "--format=esm", f"--external:*/{EMOJI.name}"), EMOJI, hashed(EMOJI.with_suffix(".js"), emoji)[0])
    more, more_code = hashed(MORE.with_suffix(".js"), more_code)
    talking = bundled(TALKING, "--format=esm", *(f"--external:*/{module.name}" for module in (REVISING, AFTER_CHAT, MORE)))
    for module, name in ((REVISING, revising), (AFTER_CHAT, rating), (MORE, more)):
        talking = with_address(talking, module, name)
    codes = {TALKING: talking, **{module: bundled(module, "--format=esm") for module in (POLLING, MINUTES, AVATARS, WATCH, VISITORS, INVITATION)}, EMOJI: emoji}
    later = dict(hashed(module.with_suffix(".js"), code) for module, code in codes.items())
    outputs = {revising: revising_code, rating: rating_code, more: more_code, **later}
    for entry in [PANEL, PREVIEW, *MODULES]:
        # Only the panel fetches what it takes to talk; the page that is for talking has it.
        wanted = [POLLING, MINUTES, EMOJI, AFTER_CHAT, MORE, VISITORS] if entry in MODULES else [TALKING, POLLING, AVATARS]
        code = bundled(entry, "--format=esm", *(f"--external:*/{module.name}" for module in wanted))
        for module, name in zip(codes, later, strict=True):
            code = with_address(code, module, name)
        code = with_address(with_address(code, AFTER_CHAT, rating), MORE, more)
        name, code = hashed(entry.with_suffix(".js"), code)
        outputs[name] = code
    return outputs


def with_address(code: bytes, module: Path, name: str) -> bytes:
    return re.sub(rb'"(\.{1,2}/)+(?:live/|elements/)?' + re.escape(module.name.encode()) + b'"', f'"./{name}"'.encode(), code)


def bundled(entry: Path, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "bundle.js"
        esbuild([str(entry), *options, f"--outfile={output}"])
        return output.read_bytes()


def esbuild(arguments: list[str]) -> None:
    command = ["esbuild", "--bundle", "--minify", "--target=es2022", "--charset=utf8", "--log-level=warning", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)


def check_limits(outputs: dict[str, bytes]) -> None:
    for name, content in outputs.items():
        limits = {
            "widget.js": LOADER_LIMIT_BYTES, "quiet.js": LOADER_LIMIT_BYTES, "panel": PANEL_LIMIT_BYTES, "talking": TALKING_LIMIT_BYTES,
            "watch": WATCH_LIMIT_BYTES, "invitation": INVITATION_LIMIT_BYTES,
        }
        limit = limits.get(Path(name).name.split("-")[0])
        if limit is not None and len(content) > limit:
            sys.exit(f"{name} has {len(content)} bytes, {limit} are allowed")


def publish(outputs: dict[str, bytes]) -> None:
    for name, content in outputs.items():
        write_if_changed(BUILT / name, content)
    for path in BUILT.rglob("*"):
        if path.is_file() and str(path.relative_to(BUILT)) not in outputs:
            path.unlink(missing_ok=True)


def pack(outputs: dict[str, bytes]) -> bytes:
    """8 bytes, the little-endian length of a JSON index {path: [offset, length, content type]}; the index; the bytes.
    Offsets count from the end of the index."""
    files = dict(outputs)
    for path in ROOT.glob("Locales/**/*.json"):
        files[str(path.relative_to(ROOT))] = path.read_bytes()
    for path in ROOT.glob("Sources/*/Templates/**/*.mustache"):
        name = f"templates/{path.name}"
        if name in files:
            sys.exit(f"two templates are called {path.name}")
        files[name] = path.read_bytes()
    for path in WEBSITES.glob("*/*.*"):
        files[f"websites/{path.relative_to(WEBSITES)}"] = path.read_bytes()
    for path in ROOT.glob("Schema/*.sql"):
        files[f"Schema/{path.name}"] = path.read_bytes()
    files["openapi.json"] = (ROOT / "docs/openapi.json").read_bytes()
    index: dict[str, tuple[int, int, str]] = {}
    offset = 0
    for name in sorted(files):
        index[name] = (offset, len(files[name]), content_type(name))
        offset += len(files[name])
    head = json.dumps(index, separators=(",", ":")).encode()
    return len(head).to_bytes(8, "little") + head + b"".join(files[name] for name in sorted(files))


def content_type(name: str) -> str:
    return CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")


def write_if_changed(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # The finished file takes the place of the old one at once: a running server may be reading it.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


main()
