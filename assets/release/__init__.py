"""A release: what is due, what changed and why, what is vouched for."""
