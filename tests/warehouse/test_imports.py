"""Importing without the garbage collector: it is off inside, and afterwards as it was before."""

import gc

import pytest

from warehouse.imports import kept


def test_the_collector_rests_inside_and_goes_on_afterwards() -> None:
    before = gc.get_freeze_count()
    try:
        with kept():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
        with pytest.raises(ImportError), kept():
            raise ImportError
        assert gc.isenabled()
    finally:
        gc.unfreeze()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with kept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
