"""The built client: what a website has to load."""

import json
import re
from typing import Any

from features import ROOT

BUILT = ROOT / "Client/built"
LOADER_LIMIT_BYTES = 3 * 1024
PANEL_LIMIT_BYTES = 50 * 1024
# Files and sounds, fetched when the visitor may write.
TALKING_LIMIT_BYTES = 16 * 1024
# How a page is looked at, fetched once the button is there.
WATCH_LIMIT_BYTES = 4 * 1024


def test_size_of_the_widget() -> None:
    """E18a, X10: minified, the loader has at most 3 kB and the panel, which comes with intent, at most 50 kB."""
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    [panel] = [path for path in (BUILT / "assets").glob("panel-*.js") if path.name in json.dumps(manifest)]
    assert 0 < (BUILT / "widget.js").stat().st_size <= LOADER_LIMIT_BYTES
    assert 0 < (BUILT / "quiet.js").stat().st_size <= LOADER_LIMIT_BYTES
    assert 0 < panel.stat().st_size <= PANEL_LIMIT_BYTES


def test_size_of_what_comes_with_the_conversation() -> None:
    """E15, E18a: files and sounds are a module of its own with at most 16 kB, which the panel names by the address of today."""
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    talking = BUILT / manifest["talking.js"].removeprefix("/")
    assert 0 < talking.stat().st_size <= TALKING_LIMIT_BYTES
    panel = (BUILT / manifest["panel.js"].removeprefix("/")).read_text("utf-8")
    assert f'import("./{talking.name}")' in panel


def test_size_of_what_watches_the_page() -> None:
    """E50, X10: how a page is looked at is told by a module of its own with at most 4 kB."""
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    watch = BUILT / manifest["watch.js"].removeprefix("/")
    assert 0 < watch.stat().st_size <= WATCH_LIMIT_BYTES


def test_size_of_what_says_something_first() -> None:
    """P14, X10: the card of an invitation is a module of its own with at most 4 kB, which nothing names before one comes."""
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    card = BUILT / manifest["invitation.js"].removeprefix("/")
    assert 0 < card.stat().st_size <= 4 * 1024
    for name in ("watch.js", "panel.js"):
        assert card.name not in (BUILT / manifest[name].removeprefix("/")).read_text("utf-8")
    assert card.name not in (BUILT / "widget.js").read_text("utf-8")


def test_every_module_that_is_fetched_is_there() -> None:
    """E18a, E20: what a module imports is one of the built ones, by its name of today."""
    modules = {path.name: path.read_text("utf-8") for path in (BUILT / "assets").glob("*.js")}
    assert {"polling", "talking", "parley-talk"} <= {name.rpartition("-")[0] for name in modules}
    for name, code in modules.items():
        # A string may say "from", too.
        wanted = re.findall(r"""(?<![".])(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)\"""", code)
        assert all(path.removeprefix("./") in modules for path in wanted), (name, wanted)


def test_styles_of_the_widget() -> None:
    """E18a: of the style sheets that it shares with the console the panel carries what it names, and nothing else."""
    styles = (ROOT / "Client/widget/panel.css.ts").read_text("utf-8").replace("\\", "")
    for used in (".bubble", '[data-colour="6"]', "[data-presence=away]", "[data-state=refused]", ".composer", "[data-kind=primary]"):
        assert used in styles, used
    for unused in (".skeleton", ".divider", ".hint", "[data-weight", "rem", ":root"):
        assert unused not in styles, unused
