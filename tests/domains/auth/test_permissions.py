"""Who may do what, as the contract has it."""

from app.domains.auth.rules import PERMISSIONS, Role, permissions_of

BUSINESS = {"clients", "expenses", "files", "incomes", "payments", "projects"}
READ_BY_ALL = BUSINESS | {"account", "cashflow", "exchange_rates", "reports"}
OF_ADMINS = {"audit", "jobs", "users"}
NEVER_WRITTEN = {"audit", "cashflow", "jobs", "reports"}


def permissions(verb: str, resources: set[str]) -> set[str]:
    return {f"{resource}:{verb}" for resource in resources}


def test_viewers_read_everything_but_what_is_for_admins_and_write_their_account_only() -> None:
    assert permissions_of(Role.VIEWER) == permissions("read", READ_BY_ALL) | {"account:write"}


def test_users_write_every_business_record_too() -> None:
    assert permissions_of(Role.USER) == permissions_of(Role.VIEWER) | permissions("write", BUSINESS)


def test_admins_alone_write_users_and_rates_and_read_audit_log_and_job_runs() -> None:
    assert permissions_of(Role.ADMIN) == (
        permissions("read", READ_BY_ALL | OF_ADMINS) | permissions("write", (READ_BY_ALL | OF_ADMINS) - NEVER_WRITTEN)
    )
    assert set(PERMISSIONS) == READ_BY_ALL | OF_ADMINS
