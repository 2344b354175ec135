"""The guides that people read inside Onramp: Markdown of config/docs/guides, as HTML, with its pictures."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from markdown_it import MarkdownIt

DOCS = Path(settings.BASE_DIR) / "config" / "docs"
PICTURE = re.compile(r"^\.\./screenshots/([a-z0-9-]+\.png)$")
LINK = re.compile(r"^([a-z0-9-]+)\.md$")


class HowTo(NamedTuple):
    """name: of the file, without ".md". is_for_partners: it stands in the portal; else in the admin."""

    name: str
    title: str
    is_for_partners: bool = False


HOW_TOS = (
    HowTo("onboard-a-partner", "Onboard a partner"),
    HowTo("set-up-a-partner", "Set up a partner"),
    HowTo("portal", "The portal"),
    HowTo("text-files", "Text files"),
    HowTo("mapping-language", "The mapping language"),
    HowTo("join-as-a-partner", "How to go live with us", is_for_partners=True),
)


def how_tos(*, for_partners: bool) -> list[HowTo]:
    """Those for a reader."""
    return [one for one in HOW_TOS if one.is_for_partners == for_partners]


@cache
def html_of(name: str, *, for_partners: bool, pictures: str) -> str | None:
    """A guide as HTML; None when there is none of this name for the reader.

    pictures: the address in front of a picture's name. Raw HTML in the text is shown as text. Links to other guides
    of the same reader stay; others, which lead into the code, become plain words.
    """
    known = {one.name for one in how_tos(for_partners=for_partners)}
    if name not in known:
        return None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((DOCS / "guides" / f"{name}.md").read_text("utf-8"))
    for token in tokens:
        open_links: list[bool] = []
        kept = []
        for child in token.children or []:
            if child.type == "image" and (picture := PICTURE.match(str(child.attrs["src"]))):
                child.attrs["src"] = pictures + picture[1]
            elif child.type == "link_open":
                target = LINK.match(str(child.attrs["href"]))
                leads_on = target is not None and target[1] in known
                open_links.append(leads_on)
                if not leads_on or target is None:
                    continue
                child.attrs["href"] = f"../{target[1]}/"
            elif child.type == "link_close" and not open_links.pop():
                continue
            kept.append(child)
        if token.children is not None:
            token.children = kept
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


def picture_of(name: str) -> Path | None:
    """The file of a picture that a guide shows."""
    path = DOCS / "screenshots" / name
    return path if PICTURE.match(f"../screenshots/{name}") and path.is_file() else None
