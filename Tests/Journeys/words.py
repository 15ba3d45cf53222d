"""The texts of the catalogue, so that a journey finds a button by the words that its reader sees."""

import json
import re
from functools import cache
from typing import Any

from program import ROOT


class Words:
    def __init__(self, language: str, area: str) -> None:
        self.language = language
        self.catalogue: dict[str, Any] = load(language, area)

    def __call__(self, key: str, **values: str) -> str:
        """The text under a key such as "composer.send", its {places} filled."""
        text = self.find(key)
        assert isinstance(text, str), f"{key} has forms for numbers"
        # Each name is fenced in by invisible signs.
        return re.sub(r"\{(\w+)\}", lambda place: f"\u2068{values[place[1]]}\u2069", text)

    def like(self, key: str, **values: str) -> re.Pattern[str]:
        """The text with anything at the places that are not given; in any of its forms for numbers."""
        found = self.find(key)
        forms = [found] if isinstance(found, str) else list(found.values())
        return re.compile("|".join(self.pattern(form, values) for form in forms))

    def pattern(self, text: str, values: dict[str, str]) -> str:
        parts = re.split(r"\{(\w+)\}", text)
        # A name is fenced in by invisible signs, a number is not.
        filled = [re.escape(values[part]) if part in values else ".+?" for part in parts[1::2]]
        filled = [f"\u2068?{part}\u2069?" for part in filled]
        literal = [re.escape(part) for part in parts[0::2]]
        return "".join(a + b for a, b in zip(literal, [*filled, ""], strict=True))

    def find(self, key: str) -> Any:
        part: Any = self.catalogue
        for name in key.split("."):
            part = part[name]
        return part


@cache
def load(language: str, area: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "Locales" / language / f"{area}.json").read_text("utf-8"))
    return found
