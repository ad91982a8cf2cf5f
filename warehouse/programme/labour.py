"""Lines of the programme on labour."""

from __future__ import annotations

from warehouse.programme.base import Subject

SUBJECTS: tuple[Subject, ...] = ()
