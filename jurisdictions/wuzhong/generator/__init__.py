"""The sample data of Wuzhong: a known population, senders' files made from it, faults planted at known lines.

`generate` writes the files and, beside them, the truth: what a correct pipeline must compute and must refuse.
"""

from jurisdictions.wuzhong.generator.generation import Truth, generate, write_correction
from jurisdictions.wuzhong.generator.truth import FileTruth, PlantedLine

__all__ = ["FileTruth", "PlantedLine", "Truth", "generate", "write_correction"]
