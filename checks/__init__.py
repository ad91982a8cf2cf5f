"""What must hold and what happened: the one-pass scan, its ledger, Great Expectations."""
