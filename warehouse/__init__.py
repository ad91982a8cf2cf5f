"""What a table is and where it lives: contracts, layouts, Parquet store, engine.

Nothing here knows of Dagster, of a jurisdiction or of a method.
"""
