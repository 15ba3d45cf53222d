"""Styles of a shadow root: the product's own sheets, of which each byte travels to every visitor, so only what can be used stays."""

import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import lightningcss

REM_PIXELS = 16
OFTEN = 10


def shadow_styles(sheet: Path, sources: list[Path], prefix: str) -> str:
    """`sources` are the modules that build what stands in the shadow root; short names begin with the prefix."""
    words = words_of(sources)
    text = lightningcss.bundle_css(str(sheet))
    text = with_fixed_tokens(without_unused_rules(text, lambda selector: can_match(selector, words)))
    text = lightningcss.process_stylesheet(with_pixels(text), minify=True)
    return with_short_names(without_unused_tokens(text), prefix)


def words_of(sources: list[Path]) -> set[str]:
    """What the modules have in quotes: names of elements, classes, attributes and their values."""
    quoted = (string for source in sources for string in re.findall(r'"([^"\n]*)"', source.read_text("utf-8")))
    return {word for string in quoted for word in re.split(r"[^\w-]+", string)}


def can_match(selector: str, words: set[str]) -> bool:
    """Whether the modules name all that a selector asks for. What must not be there, or is one of several, need not be named."""
    asked, found = selector, 1
    while found:
        asked, found = re.subn(r":(not|is|has)\([^()]*\)", "", asked)
    attributes = re.findall(r'\[data-([\w-]+)(?:="?([\w-]+))?', asked)
    plain = re.sub(r"\[[^]]*\]|::?[\w-]+(\([^()]*\))?", "", asked)
    classes, elements = re.findall(r"\.([\w-]+)", plain), re.findall(r"(?<![\w.-])[a-z]\w*", plain)
    known = words | {word.removeprefix("data-") for word in words}
    names = [*classes, *elements, *(name for pair in attributes for name in pair if name)]
    return all(name in known or name.isdecimal() for name in names)


def without_unused_rules(text: str, can_match: Callable[[str], bool]) -> str:
    kept = []
    for head, body in parts(text):
        if body is None or head.startswith("@keyframes"):
            kept.append(head if body is None else f"{head}{{{body}}}")
            continue
        selectors = [head] if head.startswith("@") else [one for one in split_selectors(head) if can_match(one)]
        inside = without_unused_rules(body, can_match)
        if selectors and inside:
            kept.append(f"{','.join(selectors)}{{{inside}}}")
    return "".join(kept)


def parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Declarations as they stand, and blocks as head and body."""
    start = depth = opened = 0
    for place, sign in enumerate(text):
        if sign == ";" and depth == 0:
            yield text[start : place + 1], None
            start = place + 1
        elif sign == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield text[start:opened], text[opened + 1 : place]
                start = place + 1
    if text[start:]:
        yield text[start:], None


def split_selectors(head: str) -> list[str]:
    """At the commas that stand in no brackets."""
    return re.findall(r"(?:[^,()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", head)


def with_fixed_tokens(text: str) -> str:
    """What has one value and is short, or is used once, needs no name; the minifier then does the sums."""
    declared = re.findall(r"(?<=[{;])(--[\w-]+):([^;{}]*)", text)
    names = [name for name, _ in declared]
    fixed = {
        name: value
        for name, value in declared
        if names.count(name) == 1 and (re.fullmatch(r"[\w.]+", value) or text.count(f"var({name})") == 1)
    }
    return re.sub(r"var\((--[\w-]+)\)", lambda match: fixed.get(match[1], match[0]), text)


def with_pixels(text: str) -> str:
    """What a rem is decides the page around, which is not ours."""
    return re.sub(r"(?<![\w-])(\d*\.?\d+)rem\b", lambda match: f"{float(match[1]) * REM_PIXELS:g}px", text)


def without_unused_tokens(text: str) -> str:
    while True:
        used = set(re.findall(r"var\((--[\w-]+)", text))
        pruned = re.sub(r"(--[\w-]+):[^;{}]*(;|(?=}))", lambda match: match[0] if match[1] in used else "", text)
        # The loader sets the hue, so its default is never used; a rule that lost all its tokens goes too.
        pruned = re.sub(r"[^{}]+{}", "", pruned.replace("var(--hue,178)", "var(--hue)"))
        pruned = pruned.replace(":root,", "").replace(";}", "}")
        if pruned == text:
            return text
        text = pruned


def with_short_names(text: str, prefix: str) -> str:
    """What is defined here is used only here. What the code sets from outside (the hue, the free height) keeps its name, and
    gets a short one besides where it is used often."""
    defined = set(re.findall(r"[{;](--[\w-]+):", text))
    for name in sorted(set(re.findall(r"var\((--[\w-]+)", text)) - defined):
        if text.count(f"var({name})") > OFTEN:
            alias = f"{name}-here"
            text = text.replace(f"var({name})", f"var({alias})").replace(":host{", f":host{{{alias}:var({name});", 1)
            defined.add(alias)
    names = sorted(defined, key=lambda name: (-text.count(name), name))
    short = {name: f"--{prefix}{string.ascii_letters[index]}" for index, name in enumerate(names)}
    return re.sub(r"--[\w-]+", lambda match: short.get(match[0], match[0]), text)
