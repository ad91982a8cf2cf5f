"""The revisions, from the first: roles, tables."""
