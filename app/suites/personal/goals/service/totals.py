"""Total of the targets of goals, for the answers about an account."""

from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import in_digits
from app.suites.personal.accounts.service import Converter
from app.suites.personal.books.service import PersonalBookService, program_access
from app.suites.personal.goals.repository import GoalRepository


def financial_goals_total(context: Context, user_id: int) -> Decimal | None:
    """Targets of the goals of a user's first book, archived ones aside, in its currency at the rates of today.

    None for somebody who has no book, and where a rate is missing.
    """
    first = next(iter(PersonalBookService(context).list_of(user_id)), None)
    if first is None:
        return None
    access = program_access(context, first.id)
    targets = [(one.target_amount, one.currency) for one in GoalRepository(access).list_all() if not one.is_archived]
    amounts = Converter(access).converted(targets, access.today).amounts
    known = [amount for amount in amounts if amount is not None]
    return in_digits(sum(known, Decimal(0)), access.currency) if len(known) == len(amounts) else None
