"""Results from accepted rows, one module per family: labour, funds and printed figures by Ibis, the survey by NumPy."""
