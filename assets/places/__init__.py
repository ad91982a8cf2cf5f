"""The areas of a place over time: codes, events, sets, boundaries."""
