"""Decides what the site is made of: copies the pages to a folder, makes their links fit there, and writes the reference
from the header. What a link leads to is a page of the site, or a file of the repository that exists.

    python3 -m tools.site.stage FOLDER
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from posixpath import normpath, relpath

from . import reference

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/libmpmeter/libmpmeter/blob/main"
REFERENCE = "reference.md"
# Page of the repository: page of the site.
PAGES = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "docs/README.md": "start.md",
    "examples/deploy/README.md": "deploy.md",
    "tools/sandbox/README.md": "sandbox.md",
    "tools/interface/README.md": "interface.md",
    "Tests/README.md": "tests.md",
    "bindings/conformance/README.md": "conformance.md",
    **{f"docs/{path.name}": path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"},
    **{
        f"bindings/{path.parent.name}/README.md": f"bindings/{path.parent.name}.md"
        for path in (ROOT / "bindings").glob("*/README.md")
        if path.parent.name != "conformance"
    },
    "include/mpmeter.h": REFERENCE,
}
LINK = re.compile(r"(!?\[(?:[^\]\[]|\[[^\]]*\])*\])\(([^)\s]+)\)")


class BrokenLink(Exception):
    """A link that leads to nothing in the repository."""


def linked(source: str, target: str, link: str) -> str:
    """The link in a page of the repository, for the page of the site that is made of it."""
    if re.match(r"[a-z]+:", link) or link.startswith("#"):
        return link
    name, _, anchor = link.partition("#")
    place = normpath(str(Path(source).parent / name))
    anchor = f"#{anchor}" if anchor else ""
    if place in PAGES:
        return relpath(PAGES[place], Path(target).parent) + anchor
    if (ROOT / place / "README.md").is_file() and f"{place}/README.md" in PAGES:
        return relpath(PAGES[f"{place}/README.md"], Path(target).parent) + anchor
    if not (ROOT / place).exists():
        raise BrokenLink(f"{source}: {link}")
    if place.endswith(".svg"):
        return relpath(Path(place).name, Path(target).parent)
    return f"{REPOSITORY}/{place}{anchor}"


def staged(source: str, target: str) -> str:
    """The page's text with its links changed; code is left alone."""
    parts = re.split(r"(^```.*?^```|`[^`\n]+`)", (ROOT / source).read_text(), flags=re.MULTILINE | re.DOTALL)

    def change(part: str) -> str:
        return LINK.sub(lambda match: f"{match[1]}({linked(source, target, match[2])})", part)

    # A link's text may be code: those are put together again before links are looked for.
    text, kept = "", []
    for part in parts:
        if part.startswith("```"):
            kept.append(part)
            text += f"\0{len(kept) - 1}\0"
        else:
            text += part
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], change(text))


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for source, target in PAGES.items():
        page = folder / target
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(reference.page() if target == REFERENCE else staged(source, target))
    for picture in (ROOT / "docs").glob("*.svg"):
        shutil.copy(picture, folder / picture.name)
    shutil.copy(ROOT / "tools/site/extra.css", folder / "extra.css")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
