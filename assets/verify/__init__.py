"""What releases vouch for computed again, offline, and compared."""
