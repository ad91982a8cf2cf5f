"""The commands of `povmon`, a module per kind of work. Heavy imports are inside the functions that need them."""
