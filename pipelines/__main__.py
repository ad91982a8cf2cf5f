"""`python -m pipelines` is the command `povmon`."""

from pipelines.cli import main

main()
