"""Words for the columns of a frame, beside it and not in it: what frames carry in `.attrs` is lost by the next step.

Everything is read from the contracts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse.contracts import CODE_LISTS, Column, Contract


class Codebook(Mapping[str, Column]):
    """Column name -> its contract: `.description`, `.description_zh`, `.unit`, `.type`, `.nullable`."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._columns = {column.name: column for column in contract.columns}

    def __getitem__(self, name: str) -> Column:
        """The column of that name; KeyError says which there are."""
        if name not in self._columns:
            raise KeyError(f"{self.contract.name} has no column {name!r}; there are: {', '.join(self._columns)}")
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def codes(self, name: str, language: str = "en") -> dict[str, str]:
        """Code -> meaning, in `en` or `zh`, of a column that has a closed list; empty for others (areas, lines)."""
        listed = CODE_LISTS.get(self[name].code_list or "")
        return {} if listed is None else {code: words[language == "zh"] for code, words in listed.codes.items()}

    def __repr__(self) -> str:
        lines = [f"{self.contract.name}: {self.contract.description}", self.contract.grain]
        for column in self._columns.values():
            unit = f" [{column.unit}]" if column.unit else ""
            lines.append(f"  {column.name}: {column.description}{unit}")
        return "\n".join(lines)
