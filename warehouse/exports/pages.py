"""HTML from the templates of this package: everything filled in is escaped, drawings of our own excepted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(template: str, **facts: object) -> str:
    """A page. Facts that are Markup go in as they are, all others as text."""
    style = Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return _environment().get_template(template).render(style=style, **facts)
