"""Lines of the programme on funds."""

from __future__ import annotations

from warehouse.programme.base import Subject

SUBJECTS: tuple[Subject, ...] = ()
