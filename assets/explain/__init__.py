"""A figure explained, down to the files and rows behind it."""
