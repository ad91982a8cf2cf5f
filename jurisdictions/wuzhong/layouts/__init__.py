"""How the senders of Wuzhong write: a module per sender of the monthly files, and one per subject of yearly forms."""

from jurisdictions.wuzhong.layouts import (
    hongsibu,
    industries,
    litong,
    projects,
    qingtongxia,
    resettlement,
    tongxin,
    yanchi,
)

LAYOUTS = (
    *litong.LAYOUTS,
    *hongsibu.LAYOUTS,
    *yanchi.LAYOUTS,
    *tongxin.LAYOUTS,
    *qingtongxia.LAYOUTS,
    *resettlement.LAYOUTS,
    *projects.LAYOUTS,
    *industries.LAYOUTS,
)

SENDERS: tuple[str, ...] = tuple(dict.fromkeys(layout.area_code for layout in LAYOUTS if layout.area_code))
"""The area codes of the counties and resettlement areas."""
