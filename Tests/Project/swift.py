"""Swift source without its comments and its strings' text, so that a rule is held against code alone. Code inside \\( )
is kept."""

from __future__ import annotations

import re

_DELIMITER = re.compile(r'(#*)("""|")')


def code(text: str) -> str:
    """The same lines, comments and string contents blanked."""
    kept: list[str] = []
    position = _code(text, 0, kept, nested=False)
    assert position == len(text)
    return "".join(kept)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _code(text: str, position: int, kept: list[str], *, nested: bool) -> int:
    """Up to the end, or to the parenthesis that closes an interpolation."""
    depth = 0
    while position < len(text):
        if text.startswith("//", position):
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
        elif text.startswith("/*", position):
            end = _comment(text, position)
        elif (match := _DELIMITER.match(text, position)) is not None:
            position = _string(text, match, kept)
            continue
        else:
            character = text[position]
            depth += (character == "(") - (character == ")")
            if nested and depth < 0:
                return position
            kept.append(character)
            position += 1
            continue
        kept.append(_blank(text[position:end]))
        position = end
    return position


def _comment(text: str, position: int) -> int:
    """Block comments nest."""
    depth = 0
    while position < len(text):
        if text.startswith("/*", position):
            depth, position = depth + 1, position + 2
        elif text.startswith("*/", position):
            depth, position = depth - 1, position + 2
            if depth == 0:
                return position
        else:
            position += 1
    return position


def _string(text: str, opening: re.Match[str], kept: list[str]) -> int:
    hashes, quotes = opening.groups()
    closing, escape = quotes + hashes, "\\" + hashes
    kept.append(opening[0])
    position = opening.end()
    while position < len(text):
        if text.startswith(closing, position):
            kept.append(closing)
            return position + len(closing)
        if text.startswith(escape + "(", position):
            kept.append(escape + "(")
            position = _code(text, position + len(escape) + 1, kept, nested=True)
        elif text.startswith(escape, position):
            kept.append(_blank(text[position : position + len(escape) + 1]))
            position += len(escape) + 1
        else:
            kept.append(_blank(text[position]))
            position += 1
    return position
