"""Who may see what in the shared warehouse: the four roles, their grants, and row-level policies of the audit.

The roles belong to the server and hold no password: people log in as users of their own that are members of them.
"""

from __future__ import annotations

from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.postgres.tables import BOOKS, is_of_a_place

ENGINEER, STATISTICIAN, AUDITOR, PUBLIC = (
    f"povmon_{name}" for name in ("engineer", "statistician", "auditor", "public")
)
ROLES = (ENGINEER, STATISTICIAN, AUDITOR, PUBLIC)

_MAY_AUDIT = f"""SELECT p.jurisdiction FROM {BOOKS}.auditor_place p WHERE p.role_name IN (
    SELECT r.rolname FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(current_user, r.oid, 'USAGE'))"""
"""SQL: the places that the one who asks may audit, by name or as a member of a role that may."""


def rights() -> list[str]:
    """Statements that give every role what it may see, and nothing else; to be run again when views are made anew."""
    return [*_of_the_public(), *_of_statisticians(), *_of_auditors()]


def _of_the_public() -> list[str]:
    return [
        f"GRANT USAGE ON SCHEMA published TO {PUBLIC}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA published TO {PUBLIC}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA published FROM PUBLIC",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA published TO {PUBLIC}",
    ]


def _of_statisticians() -> list[str]:
    """Reference, and of the source tables every column but those that may tell who someone is."""
    statements = [f"GRANT USAGE ON SCHEMA core, ref TO {STATISTICIAN}"]
    for contract in CONTRACTS.values():
        if contract.name in SOURCE_CONTRACTS:
            shown = ", ".join(column.name for column in contract.columns if not column.is_hidden)
            statements.append(f"REVOKE ALL ON {contract.name} FROM {STATISTICIAN}")
            statements.append(f"GRANT SELECT ({shown}) ON {contract.name} TO {STATISTICIAN}")
        elif contract.schema == "ref":
            statements.append(f"GRANT SELECT ON {contract.name} TO {STATISTICIAN}")
    return statements


def _of_auditors() -> list[str]:
    """Every table of the audit; of those with a place, the rows of the places that the auditor answers for."""
    statements = [
        f"GRANT USAGE ON SCHEMA audit, {BOOKS} TO {AUDITOR}",
        f"GRANT SELECT ON {BOOKS}.auditor_place TO {AUDITOR}",
    ]
    for contract in CONTRACTS.values():
        if contract.schema == "audit":
            statements.append(f"GRANT SELECT ON {contract.name} TO {AUDITOR}")
            statements += _policy(contract) if is_of_a_place(contract) else []
    return statements


def _policy(contract: Contract) -> list[str]:
    shared = "jurisdiction IS NULL OR " if contract.column("jurisdiction").nullable else ""
    return [
        f"ALTER TABLE {contract.name} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS of_the_place ON {contract.name}",
        f"CREATE POLICY of_the_place ON {contract.name} FOR SELECT TO {AUDITOR} "
        f"USING ({shared}jurisdiction IN ({_MAY_AUDIT}))",
    ]
