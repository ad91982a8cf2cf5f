"""Time and memory of the pipeline, printed by stage; no test depends on them."""
