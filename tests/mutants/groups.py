"""The modules that are mutated, and the tests that must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Modules and tests of one run; of these tests mutmut runs those that call the mutated function."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Excluded tests, which measure time and fail on a busy machine."""


GROUPS = (
    Group(
        "rules",
        modules=(
            "app/kernel/addresses.py",
            "app/kernel/money.py",
            "app/kernel/periods.py",
            "app/kernel/recurrence.py",
            "app/domains/auth/rules.py",
            "app/domains/payments/rules.py",
            "app/domains/projects/rules.py",
        ),
        tests=(
            "tests/kernel",
            "tests/domains/auth/test_password_rules.py",
            "tests/domains/auth/test_permissions.py",
            "tests/domains/payments/test_schedule.py",
            "tests/domains/projects/test_plan_rules.py",
            "tests/domains/projects/test_terms.py",
        ),
    ),
    Group(
        "requests",
        modules=(
            "app/infra/idempotency.py",
            "app/infra/preconditions.py",
            "app/web/idempotency.py",
        ),
        tests=(
            "tests/domains/auth/test_purge.py",
            "tests/domains/files/test_upload_api.py",
            "tests/infra/test_idempotency.py",
            "tests/infra/test_preconditions.py",
            "tests/web/test_fingerprints.py",
            "tests/web/test_idempotency.py",
            "tests/web/test_versions.py",
        ),
    ),
    Group(
        "auth",
        modules=(
            "app/domains/auth/repository.py",
            "app/domains/auth/service/devices.py",
            "app/domains/auth/service/limits.py",
            "app/domains/auth/service/purge.py",
            "app/domains/auth/service/sessions.py",
            "app/domains/auth/service/users.py",
            "app/web/auth.py",
        ),
        tests=(
            "tests/domains/auth/test_change_password.py",
            "tests/domains/auth/test_devices.py",
            "tests/domains/auth/test_edges.py",
            "tests/domains/auth/test_login.py",
            "tests/domains/auth/test_login_limits.py",
            "tests/domains/auth/test_many_sessions.py",
            "tests/domains/auth/test_purge.py",
            "tests/domains/auth/test_tokens.py",
            "tests/domains/auth/test_users_api.py",
            "tests/domains/auth/test_users_cli.py",
            "tests/domains/auth/test_while_bcrypt_works.py",
            "tests/web/test_tokens_alone.py",
        ),
        left_out=(
            "tests/domains/auth/test_login.py::test_wrong_user_wrong_password_and_deactivated_take_the_same_time",
        ),
    ),
)
