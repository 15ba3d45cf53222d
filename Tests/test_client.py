"""The built client: what a website has to load."""

import json
from typing import Any

from features import ROOT

BUILT = ROOT / "Client/built"
LOADER_LIMIT_BYTES = 3 * 1024
PANEL_LIMIT_BYTES = 50 * 1024


def test_size_of_the_widget() -> None:
    """E18a, X10: minified, the loader has at most 3 kB and the panel, which comes with intent, at most 50 kB."""
    manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    [panel] = [path for path in (BUILT / "assets").glob("panel-*.js") if path.name in json.dumps(manifest)]
    assert 0 < (BUILT / "widget.js").stat().st_size <= LOADER_LIMIT_BYTES
    assert 0 < panel.stat().st_size <= PANEL_LIMIT_BYTES


def test_styles_of_the_widget() -> None:
    """E18a: of the style sheets that it shares with the console the panel carries what it names, and nothing else."""
    styles = (ROOT / "Client/widget/panel.css.ts").read_text("utf-8").replace("\\", "")
    for used in (".bubble", '[data-colour="6"]', "[data-presence=away]", "[data-state=refused]", ".composer", "[data-kind=primary]"):
        assert used in styles, used
    for unused in (".skeleton", ".divider", ".hint", "[data-weight", "rem", ":root"):
        assert unused not in styles, unused
