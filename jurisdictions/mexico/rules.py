"""Balances that Mexico's money tables must hold, as rules of `core.fund_transaction`.

They are judged on the accepted rows of a month. The two senders are told apart by `project_id`: lines of a
state's ledger have one, lines of the ministry's statement have none.
"""

from __future__ import annotations

from warehouse.contracts import Rule

_FAIS = "social_infrastructure"
_PARTS = f"'{_FAIS}_state', '{_FAIS}_municipal'"

FUND_RULES: tuple[Rule, ...] = (
    Rule(
        "mexico.fais_is_sum_of_parts",
        1,
        "error",
        "FAIS of a state and month = FAIS Estatal + FAIS Municipal within rounding",
        f"""SELECT count(*) FILTER (WHERE purpose = '{_FAIS}') <> 1
                   OR count(*) FILTER (WHERE purpose <> '{_FAIS}') <> 2
                   OR abs(sum(CASE WHEN purpose = '{_FAIS}' THEN amount ELSE -amount END)) > 1.50 AS failed,
                   concat(payee, ' ', time_period, ': FAIS ', sum(amount) FILTER (WHERE purpose = '{_FAIS}'),
                          ', its parts ', sum(amount) FILTER (WHERE purpose <> '{_FAIS}')) AS example
            FROM outcome
            WHERE accepted AND project_id IS NULL AND purpose IN ('{_FAIS}', {_PARTS})
            GROUP BY file_id, time_period, area_code, payee""",
        "The fund for social infrastructure has two parts; amounts are printed to 0.001 thousand pesos, so "
        "two addends and a total may differ by 3 / 2 pesos (docs/methods/editing.md). Without one of its parts the "
        "fund would look smaller than what was paid.",
        kind="table",
        columns=("purpose", "amount"),
        do="compare the three lines with the publisher's file; ask for a corrected one",
        owner="fund accountant",
        dimension="consistency",
    ),
    Rule(
        "mexico.total_is_sum_of_states",
        1,
        "error",
        "the printed national total of a fund and month = the sum of its states within rounding",
        """SELECT abs(sum(CASE WHEN payee = 'Total' THEN amount ELSE -amount END)) > count(*) * 0.50 AS
        failed,
                  concat(programme, ' ', time_period, ': total ', sum(amount) FILTER (WHERE payee = 'Total'),
                         ', its states ', sum(amount) FILTER (WHERE payee <> 'Total')) AS example
           FROM outcome
           WHERE accepted AND project_id IS NULL
           GROUP BY file_id, time_period, programme
           HAVING count(*) FILTER (WHERE payee = 'Total') > 0""",
        "m states and a total, each printed to 0.001 thousand pesos, may differ by (m + 1) / 2 pesos "
        "(docs/methods/editing.md). A state that is missing makes the country smaller without saying so.",
        kind="table",
        columns=("payee", "amount"),
        do="compare the states with the publisher's file; ask for a corrected one",
        owner="fund accountant",
        dimension="consistency",
    ),
    Rule(
        "mexico.programme_is_sum_of_items",
        1,
        "error",
        "at all seven stations the programme rows of a budget line = its items, to the cent",
        """SELECT bool_or(printed IS DISTINCT FROM items) AS failed,
                  concat(payee, ' ', project_id, ': ',
                         string_agg(concat(station, ' programme ', printed, ', items ', items), '; '
                             ORDER BY station) FILTER (WHERE printed IS DISTINCT FROM items)) AS example
           FROM (SELECT file_id, time_period, area_code, payee, project_id, station,
                        sum(amount) FILTER (WHERE line_type = 'subtotal') AS printed,
                        sum(amount) FILTER (WHERE line_type = 'item') AS items
                 FROM outcome
                 WHERE accepted AND project_id IS NOT NULL
                 GROUP BY file_id, time_period, area_code, payee, project_id, station)
           GROUP BY file_id, time_period, area_code, payee, project_id""",
        "Subtotals and items stand mixed in the sheet; only when they balance is it certain that they were "
        "told apart. The amounts are book entries, not rounded figures, so nothing may differ.",
        kind="table",
        columns=("line_type", "amount"),
        do="ask the state which of programme and items is wrong",
        owner="fund accountant",
        dimension="consistency",
    ),
)
