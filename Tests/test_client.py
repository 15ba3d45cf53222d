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
