"""Data Docs of our own, plugged into Great Expectations by its site configuration: plain HTML, no other host.

One page per table and month at a lasting address shows the latest result; only pages of new results are
written, and the index is made from lines kept beside the results. What the pages say is in `pages`, how they look in
`templates`.
Imports Great Expectations; import this module only where that is wanted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from copy import copy
from dataclasses import asdict
from pathlib import Path
from typing import Any

from great_expectations.data_context.store import ValidationResultsStore
from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend
from great_expectations.data_context.types.resource_identifiers import ValidationResultIdentifier
from great_expectations.render.renderer.site_builder import (
    DefaultSiteIndexBuilder,
    DefaultSiteSectionBuilder,
    SiteBuilder,
)
from great_expectations.render.view.view import DefaultJinjaView
from great_expectations.util import convert_to_json_serializable

from checks.expectations.pages import LEVELS, IndexLine, index_tables, month_page
from warehouse.store import replace_file
from warehouse.version import code_version

TEMPLATES = Path(__file__).parent / "templates"


def result_store(folder: Path) -> dict[str, Any]:
    """Configuration of the store of results below a folder."""
    return {"module_name": __name__, "class_name": "Results", "store_backend": _file_store(folder)}


def _file_store(folder: Path) -> dict[str, Any]:
    """Configuration of a store that keeps files below a folder; `$` in a configuration names a variable."""
    return {
        "module_name": __name__,
        "class_name": "WholeFiles",
        "base_directory": str(folder.resolve()).replace("$", r"\$"),
        "suppress_store_backend_id": True,
    }


def site_config(folder: Path) -> dict[str, Any]:
    """Configuration of the site below a folder."""

    def drawn(name: str) -> dict[str, dict[str, str]]:
        classes = {"renderer": f"{name}Renderer", "view": f"{name}View"}
        return {part: {"module_name": __name__, "class_name": drawer} for part, drawer in classes.items()}

    return {
        "module_name": __name__,
        "class_name": "Site",
        "store_backend": _file_store(folder),
        "site_section_builders": {
            "expectations": "None",
            "profiling": "None",
            "validations": {"module_name": __name__, "class_name": "MonthPages"} | drawn("Month"),
        },
        "site_index_builder": {"module_name": __name__, "class_name": "Index"} | drawn("Index"),
    }


class WholeFiles(TupleFilesystemStoreBackend):
    """Files that are there whole or not at all, whenever the run is killed."""

    def _set(self, key: Any, value: str | bytes, **_: object) -> None:
        target = Path(self.full_base_directory) / self._convert_key_to_filepath(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, value.encode() if isinstance(value, str) else value)


class Results(ValidationResultsStore):
    """Results as the library writes them, without the two copies of them all that it makes on the way."""

    def serialize(self, value: Any) -> str:
        head = copy(value)
        head.results, head.suite_parameters = [], convert_to_json_serializable(value.suite_parameters)
        plain = self._expectationSuiteValidationResultSchema.dump(head)
        plain["results"] = [result.to_json_dict() for result in value.results]
        return json.dumps(plain, indent=2, sort_keys=True)


def write_whole(target: Path, content: bytes) -> None:
    """Put a file in its place at once."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    replace_file(draft, target)


class Site(SiteBuilder):
    """Pages of new results and of results whose page is gone, and the index; no fonts, no pictures."""

    def build(
        self,
        resource_identifiers: Sequence[Any] | None = None,
        build_index: bool = True,
    ) -> tuple[Any, Any]:
        self.site_section_builders["validations"].build(resource_identifiers)
        return self.site_index_builder.build(build_index=build_index)


class MonthPages(DefaultSiteSectionBuilder):
    """The pages of tables' months."""

    def build(self, resource_identifiers: Sequence[Any] | None = None) -> None:
        pages = self.target_store.store_backends[ValidationResultIdentifier]
        new = set(resource_identifiers or ())
        for address, key in latest_results(self.source_store).items():
            if key in new or not pages.has_key(address):
                page = self.renderer_class.render(_stored(self.source_store, key))
                pages.set(address, self.view_class.render(page))


class Index(DefaultSiteIndexBuilder):
    """The one page that lists every table and month."""

    def build(self, skip_and_clean_missing: bool = True, build_index: bool = True) -> tuple[Any, Any]:
        if not build_index:
            return None, None
        lines = latest_lines(self.data_context.validation_results_store)
        page = self.view_class.render(self.renderer_class.render(lines))
        return self.target_store.write_index_page(page), None


def latest_lines(store: Any) -> list[IndexLine]:
    """The index's line of every latest result; a result is read once, and again when the program has changed."""
    folder = Path(store.store_backend.full_base_directory)
    file = folder.with_name(f"{folder.name}_index.json")
    kept = json.loads(file.read_bytes()) if file.exists() else {}
    known = kept.get(code_version(), {})
    keys = {"/".join(key.to_tuple()): key for key in latest_results(store).values()}
    lines = {
        name: IndexLine(**known[name]) if name in known else month_page(_stored(store, key)).line
        for name, key in keys.items()
    }
    write_whole(file, json.dumps({code_version(): {name: asdict(line) for name, line in lines.items()}}).encode())
    return list(lines.values())


def latest_results(store: Any) -> dict[tuple[str, str, str], Any]:
    """For each jurisdiction, table and month the key of its last result."""
    latest: dict[tuple[str, str, str], Any] = {}
    for key in sorted(store.list_keys(), key=lambda key: (key.run_id.run_time, key.run_id.run_name)):
        batch, month = key.batch_identifier[:-8], key.batch_identifier[-7:]
        jurisdiction, _, table = batch.rpartition("-")
        latest[jurisdiction, table, month] = key
    return dict(sorted(latest.items()))


def _stored(store: Any, key: Any) -> Any:
    """A result as the JSON it is kept as: reading it into objects would take ten times as long."""
    return json.loads(store.store_backend.get(store.key_to_tuple(key)))


class MonthRenderer:
    """A result as the facts of a page."""

    def render(self, result: Any) -> dict[str, object]:
        return {"page": month_page(result), "levels": LEVELS}


class IndexRenderer:
    """Lines as the facts of the index."""

    def render(self, lines: Sequence[IndexLine]) -> dict[str, object]:
        return {"tables": index_tables(lines)}


class _OwnTemplates(DefaultJinjaView):
    """Templates of our own; those named `.html` escape whatever is put into them."""

    def __init__(
        self,
        custom_styles_directory: str | None = None,
        custom_views_directory: str | None = None,
    ) -> None:
        super().__init__(custom_styles_directory, str(TEMPLATES))

    def _validate_document(self, document: dict[str, object]) -> None:
        """Any facts will do: a template that misses one says so."""


class MonthView(_OwnTemplates):
    """The page of a month in HTML."""

    _template = "month.html"


class IndexView(_OwnTemplates):
    """The index in HTML."""

    _template = "index.html"
