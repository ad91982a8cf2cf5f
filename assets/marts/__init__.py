"""Results computed from accepted rows: one module per family. Set work is Ibis over Parquet, errors NumPy on PSU totals."""
