"""Whether a page is well formed, as a strict reader of HTML sees it."""

from collections import Counter

import html5lib


def faults(html: str) -> list[str]:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = [f"line {place[0]}: {code} {values or ''}".strip() for place, code, values in parser.errors]
    named = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    found += [f"the id {name} stands {count} times" for name, count in named.items() if count > 1]
    html_element = tree if tree.tag == "html" else tree.find("html")
    if html_element is None or not html_element.get("lang") or not html_element.get("dir"):
        found.append("the page does not say its language and direction")
    found += [f"inline style or script on <{element.tag}>" for element in tree.iter() if is_inline(element)]
    return found


def is_inline(element: html5lib.treebuilders.base.Node) -> bool:
    """The Content-Security-Policy would silently drop these."""
    if any(name == "style" or name.startswith("on") for name in element.attrib):
        return True
    return element.tag == "script" and not element.get("src") and element.get("type") not in ("application/json", "application/ld+json")
