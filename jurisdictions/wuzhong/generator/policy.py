"""The prefecture office's two files: targets and lists of the policy paper, as it prints them; sent once.

The figures are the place's `policy_targets.csv` and `policy_lists.csv`; the years are those of the sample, whose first
is the year from which the targets count.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from jurisdictions import reference
from jurisdictions.wuzhong.generator.truth import PREFECTURE, FileTruth

SOURCE = "policy"
YEARS_TO_REACH = 5
"""The paper gives the three leading projects five years; the sample gives them to all targets."""


def write_policy(landing: Path, month: str) -> list[FileTruth]:
    """Both files of the year that the month closes, from which the targets count."""
    year = int(month[:4])
    spans = {"基准年": str(year), "目标年": str(year + YEARS_TO_REACH)}
    targets = [row | spans for row in reference("wuzhong", "policy_targets")]
    files = {
        f"吴忠市_规划目标_{month[:4]}年.csv": ("target", targets),
        f"吴忠市_文件清单_{month[:4]}年.csv": ("declared_list", reference("wuzhong", "policy_lists")),
    }
    written = []
    for name, (source, rows) in files.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (landing / name).write_text(text.getvalue(), encoding="utf-8")
        written.append(FileTruth(name, source, PREFECTURE, month, "accepted", len(rows), 0))
    return written
