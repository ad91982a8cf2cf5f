"""Lines of the programme on villages."""

from __future__ import annotations

from warehouse.programme.base import Subject

SUBJECTS: tuple[Subject, ...] = ()
