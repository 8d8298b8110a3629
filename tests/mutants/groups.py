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
            "app/kernel/permissions.py",
            "app/kernel/recurrence.py",
            "app/core/access/rules.py",
            "app/core/identity/rules.py",
            "app/suites/fresco/payments/rules.py",
            "app/suites/fresco/projects/rules/plans.py",
            "app/suites/fresco/projects/rules/terms.py",
        ),
        tests=(
            "tests/kernel",
            "tests/core/access/test_default_roles.py",
            "tests/core/access/test_roles_api.py",
            "tests/core/access/test_scopes.py",
            "tests/core/identity/test_api_tokens.py",
            "tests/core/identity/test_password_rules.py",
            "tests/core/identity/test_permissions.py",
            "tests/core/identity/test_rotation.py",
            "tests/core/identity/test_second_factors.py",
            "tests/suites/fresco/payments/test_schedule.py",
            "tests/suites/fresco/projects/test_plan_rules.py",
            "tests/suites/fresco/projects/test_terms.py",
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
            "tests/core/identity/test_purge.py",
            "tests/core/files/test_upload_api.py",
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
            "app/core/identity/repository/rotation.py",
            "app/core/identity/repository/users.py",
            "app/core/identity/service/devices.py",
            "app/core/identity/service/limits.py",
            "app/core/identity/service/purge.py",
            "app/core/identity/service/rotation.py",
            "app/core/identity/service/sessions.py",
            "app/core/identity/service/users.py",
            "app/web/auth.py",
        ),
        tests=(
            "tests/core/access/test_default_roles.py",
            "tests/core/access/test_roles_api.py",
            "tests/core/access/test_scopes.py",
            "tests/core/identity/test_api_tokens.py",
            "tests/core/identity/test_change_password.py",
            "tests/core/identity/test_devices.py",
            "tests/core/identity/test_edges.py",
            "tests/core/identity/test_login.py",
            "tests/core/identity/test_login_limits.py",
            "tests/core/identity/test_many_sessions.py",
            "tests/core/identity/test_open_sessions.py",
            "tests/core/identity/test_purge.py",
            "tests/core/identity/test_required_second_factor.py",
            "tests/core/identity/test_rotation.py",
            "tests/core/identity/test_second_factors.py",
            "tests/core/identity/test_tokens.py",
            "tests/core/identity/test_users_api.py",
            "tests/core/identity/test_users_cli.py",
            "tests/core/identity/test_verified_email.py",
            "tests/core/identity/test_while_bcrypt_works.py",
            "tests/web/test_tokens_alone.py",
        ),
        left_out=(
            "tests/core/identity/test_login.py::test_wrong_user_wrong_password_and_deactivated_take_the_same_time",
        ),
    ),
)
