"""Reads docs/features.md and the names of all tests, so that a claim on that page stands or falls with a test."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NUMBER = r"[A-Z]\d+[a-z]?"
# "X4: …" or "E27a, E27b: …"
PROVES = re.compile(rf"({NUMBER}(?:, {NUMBER})*): ")


@dataclass(frozen=True)
class Row:
    line: int
    numbers: tuple[str, ...]
    status: str
    place: str
    proof: tuple[str, ...]
    missing: str


def requirements() -> list[str]:
    lines = (ROOT / "docs/requirements.txt").read_text("utf-8").splitlines()
    return [line.split("\t", 1)[0] for line in lines]


def rows() -> list[Row]:
    found = []
    for line, text in enumerate((ROOT / "docs/features.md").read_text("utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")] if text.startswith("| ") else []
        if len(cells) != 5 or not re.fullmatch(rf"{NUMBER}(?: {NUMBER})*", cells[0]):
            continue
        numbers, status, place, proof, missing = cells
        found.append(Row(line, tuple(numbers.split()), status, place, tuple(re.findall(r"`([^`]+)`", proof)), missing))
    return found


def numbers_proved() -> dict[str, set[str]]:
    """For each file with tests, the numbers with which names of its tests begin."""
    proved: dict[str, set[str]] = {}
    for path in files_with_tests():
        for name in names_in(path):
            if match := PROVES.match(name):
                proved.setdefault(str(path.relative_to(ROOT)), set()).update(match[1].split(", "))
    return proved


def files_with_tests() -> list[Path]:
    return [
        *sorted((ROOT / "Tests").glob("*Tests/**/*.swift")),
        *sorted((ROOT / "Tests").glob("**/test_*.py")),
        *sorted((ROOT / "Client").glob("**/*_test.ts")),
    ]


def names_in(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".swift":
        return re.findall(r'@Test\(\s*"((?:[^"\\]|\\.)*)"', text)
    if path.suffix == ".ts":
        return re.findall(r'Deno\.test\(\s*"((?:[^"\\]|\\.)*)"', text)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [ast.get_docstring(function) or "" for function in functions]
