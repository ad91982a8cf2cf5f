"""The gate between `mart` and `published`: which figures show, and which are withheld."""
