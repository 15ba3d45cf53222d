import village


def test_strict_content_security_policy(new_visitor, new_agent, parley) -> None:
    """X10, E77: on a website whose policy allows no inline code and no inline style, the widget works and the browser reports nothing."""
    _, headers, _ = parley.get(village.QUILL.host, "/")
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy and "script-src" in policy and "style-src" in policy
    clara = new_agent()
    ada = new_visitor(village.QUILL)
    ada.begins()
    ada.writes("Do you ghost-write?")
    clara.joins("Ada Moreau")
    clara.writes("We do.")
    ada.sees("We do.")
    ada.sees_author("We do.", village.CLARA.pseudonym)
