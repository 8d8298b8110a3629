"""Parts of a book that rules name, read once for a run."""

from app.infra.books import BookAccess
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.queries import PayeeRepository
from app.suites.personal.payees_rules.rules.engine import Setting
from app.suites.personal.payees_rules.rules.payees import Payees


def setting_of(access: BookAccess) -> Setting:
    """The categories that are offered, the payees, and the currencies of all accounts of a book."""
    categories = CategoryService(access).categories.list_all()
    return Setting(
        types={one.id: one.type for one in categories if not one.is_archived},
        payees=Payees.of(PayeeRepository(access).names()),
        currencies={account_id: currency for account_id, (_, currency) in AccountService(access).all_keys().items()},
    )
