"""One line of the programme that is monitored, and where its figure is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """A figure of a mart: which measures of which table answer the line."""

    mart: str
    """`mart.<table>`"""
    measures: tuple[str, ...] = ()
    """Codes of the table's column `measure`; none for a table that has no such column"""


@dataclass(frozen=True)
class Subject:
    """A line of the policy paper: what it says, the tables it is watched in, and what must hold of them."""

    id: str
    """`S01` … `S56`, the number it keeps"""
    frequency: str
    """M monthly, S half-year, A annual"""
    statement: str
    statement_zh: str
    sources: tuple[str, ...]
    """`core.<table>`"""
    indicators: tuple[Indicator, ...]
    method: str
    """Page of docs/methods, without folder and suffix"""
    rules: tuple[str, ...] = ()
    """Ids of the rules that guard it"""
