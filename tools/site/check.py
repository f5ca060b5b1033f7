"""What the built site has to keep: nothing is fetched from elsewhere, and no page is empty.

check.py FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# What a browser fetches by itself. Links that a reader may follow are no such thing.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preload|preconnect|icon))[^>]*\bhref=["']?((?:https?:)?//[^"'\s>]+)"""
)
IN_CSS = re.compile(r"""@import\s+["']?(?:https?:)?//|url\(["']?(?:https?:)?//""")


def main(folder: Path) -> int:
    pages = sorted(folder.rglob("*.html"))
    wrong = [f"{page}: fetches {match[0][:120]}" for page in pages for match in FETCHED.finditer(page.read_text())]
    wrong += [f"{sheet}: fetches from elsewhere" for sheet in folder.rglob("*.css") if IN_CSS.search(sheet.read_text())]
    if len(pages) < 30:
        wrong.append(f"{folder}: {len(pages)} pages are too few")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
