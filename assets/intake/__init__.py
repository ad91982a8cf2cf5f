"""Files as senders make them: kept, matched to a layout, read to records, registered."""
