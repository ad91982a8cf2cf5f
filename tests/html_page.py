"""A generated page taken apart, and what no page of ours may have: tags that load or run something."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

MARKUP = {"script", "img", "link", "iframe", "object", "embed", "form", "base", "svg", "video", "audio"}


class Page(HTMLParser):
    """A page taken apart: its tags, addresses, identities, event handlers, text, styles, and badges with text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.identities: set[str] = set()
        self.handlers: list[str] = []
        self.pieces: list[str] = []
        self.badges: list[tuple[str, str]] = []
        self.badge = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def styles(self) -> str:
        return "".join(re.findall(r"<style>(.*?)</style>", self.source, re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "srcset", "action", "data", "poster", "background"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)
            if name == "id":
                self.identities.add(value or "")
            if name == "class" and tag == "span" and (value or "").startswith("badge "):
                self.badge = (value or "").removeprefix("badge ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if self.badge:
            self.badges.append((self.badge, data.strip()))
            self.badge = ""


def needs_the_network(page: Page) -> list[str]:
    """What of a page would load something, run something or lead to another host; nothing of ours may."""
    outside = [address for address in page.addresses if re.match(r"\s*(\w+:|//)", address)]
    styles = re.findall(r"url\(|@import|https?:", page.styles)
    unguarded = [] if "default-src 'none'" in page.source else ["no content security policy"]
    return [*sorted(page.tags & MARKUP), *page.handlers, *outside, *styles, *unguarded]
