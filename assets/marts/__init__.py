"""Results computed from accepted rows, one module per family: set work in Ibis, errors in NumPy on PSU totals."""
