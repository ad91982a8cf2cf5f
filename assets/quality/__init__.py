"""How the data of a release held against the rules: scores, report, page."""
