"""Fields that suites add to answers about one's own account."""

from app.infra.context import Context
from app.manifest import AccountAnswer


def added_fields(context: Context, answer: AccountAnswer, user_id: int) -> dict[str, object]:
    """Values of the fields that suites add to this answer about a user; None where the suite is switched off."""
    return {
        one.name: None if one.read is None else one.read(context, user_id)
        for one in context.settings.account_fields
        if answer in one.answers
    }
