"""Pages that repeat what the source says, and links between pages."""

import json
import re

from features import ROOT

SETTINGS = ROOT / "docs/settings.md"


def table(heading: str) -> list[list[str]]:
    """The cells of the rows of the table on docs/settings.md whose first heading is this."""
    lines = SETTINGS.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return [found[0], *found[2:]]


def test_settings_are_documented() -> None:
    """Every setting of the program stands in docs/settings.md with its variable and its default, and no other."""
    source = (ROOT / "Sources/Parley/Settings.swift").read_text("utf-8")
    cases = re.search(r"enum Name:.*?\{(.*?)\}", source, re.DOTALL)
    assert cases is not None
    spelled = dict(re.findall(r'case (\w+) = "([\w-]+)"', cases[1]))
    settings = re.findall(r'Setting\(\s*name: \.(\w+), standard: "([^"]*)"', source)
    assert len(settings) == len(re.findall(r"\bSetting\(\s*name:", source)) > 0
    expected = []
    for case, standard in settings:
        name = spelled.get(case, case)
        expected.append([name, "PARLEY_" + name.upper().replace("-", "_"), standard])
    assert [row[:3] for row in table("name")[1:]] == expected


def test_limits_are_documented() -> None:
    """Every limit stands in docs/settings.md with the rate that the program begins with."""
    source = (ROOT / "Sources/Web/Limits.swift").read_text("utf-8")
    parties = re.search(r"enum Party:.*?case ([\w, ]+)", source, re.DOTALL)
    assert parties is not None
    heading, *rows = table("purpose")
    documented = {(party, row[0]): rate for row in rows for party, rate in zip(heading[2:], row[2:], strict=True)}
    expected = {}
    for party in parties[1].split(", "):
        rates = re.search(rf"\.{party}: \[(.*?)\]", source, re.DOTALL)
        assert rates is not None, f"no rates of {party}"
        for purpose, count, _, seconds in re.findall(r"\.(\w+): Rate\((\d+)(, perSeconds: (\d+))?\)", rates[1]):
            expected[(party, purpose)] = f"{count}/{seconds or 60}"
    assert documented == expected


def test_links_lead_somewhere() -> None:
    """Every link from a page of the project to another file of it finds that file."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]
    missing = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)}: {target}")
    assert missing == []


def test_every_deed_has_its_words() -> None:
    """P8: what is written down for administrators can be read there, in every language; the page has a text for each deed of the source."""
    deeds: set[str] = set()
    for source in (ROOT / "Sources").rglob("*.swift"):
        deeds.update(re.findall(r'(?:\bdeed: |\b[aA]udit\([^()"]*)"([a-z][A-Za-z]*\.[A-Za-z]+)"', source.read_text("utf-8")))
    assert len(deeds) > 40
    for language in ("en", "fr", "it", "ar"):
        words = json.loads((ROOT / f"Locales/{language}/pages.json").read_text("utf-8"))["audit"]["deed"]
        missing = sorted(deed for deed in deeds if deed.split(".")[1] not in words.get(deed.split(".")[0], {}))
        assert not missing, (language, missing)
