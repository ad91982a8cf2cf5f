"""What pages and docstrings name is there: modules, files of the repository, and the targets of links."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = "assets|benchmarks|checks|indicators|jurisdictions|pipelines|warehouse"
FILE = re.compile(rf"(?<![\w/])((?:{ROOMS}|tests)(?:/\w+)+\.py)\b")
MODULE = re.compile(rf"`((?:{ROOMS})(?:\.[a-z_]+)+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def tracked(*suffixes: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    return [name for name in listed if name.endswith(suffixes)]


def is_there(dotted: str) -> bool:
    """A module, a package, or a name in either."""
    *above, last = dotted.split(".")
    place = ROOT.joinpath(*above)
    if (place / last).is_dir() or (place / f"{last}.py").is_file():
        return True
    home = next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)
    return home is not None and re.search(rf"\b{last}\b", home.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize("name", tracked(".md", ".py", ".toml"))
def test_modules_and_files_that_it_names_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [file for file in FILE.findall(text) if not (ROOT / file).is_file()] == []
    assert [module for module in MODULE.findall(text) if not module.endswith(".duckdb") and not is_there(module)] == []


@pytest.mark.parametrize("name", tracked(".md"))
def test_its_links_lead_to_files(name: str) -> None:
    page = ROOT / name
    linked = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in linked if not (page.parent / target).exists()] == []


def test_every_decision_is_named_where_a_newcomer_looks() -> None:
    linked = {Path(target).name for target in LINK.findall((ROOT / "docs" / "architecture.md").read_text("utf-8"))}
    assert {path.name for path in (ROOT / "docs" / "decisions").iterdir()} - linked == set()
