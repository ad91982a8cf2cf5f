"""How the seven senders of Wuzhong write their three monthly files: a module per sender or family."""

from jurisdictions.wuzhong.layouts import hongsibu, litong, qingtongxia, resettlement, tongxin, yanchi

LAYOUTS = (
    *litong.LAYOUTS,
    *hongsibu.LAYOUTS,
    *yanchi.LAYOUTS,
    *tongxin.LAYOUTS,
    *qingtongxia.LAYOUTS,
    *resettlement.LAYOUTS,
)

SENDERS: tuple[str, ...] = tuple(dict.fromkeys(layout.area_code for layout in LAYOUTS if layout.area_code))
"""The area codes that owe each of the three files every month."""
