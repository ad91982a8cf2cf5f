"""Our templates outside Great Expectations: pages that share the words, marks and style of the Data Docs."""

from __future__ import annotations

from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).parent / "templates"


def template(folder: Path, name: str) -> jinja2.Template:
    """A template of a folder, which may build on those of the Data Docs; whatever is put into it is escaped."""
    loader = jinja2.FileSystemLoader([folder, TEMPLATES])
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined).get_template(name)
