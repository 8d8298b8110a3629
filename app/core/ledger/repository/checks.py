"""Stored entries that break a rule which triggers hold, for `flask verify`."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

_INCOMPLETE = text("""
    SELECT format('entry %s does not balance: %s of its %s lines are there', e.id, count(l.id), e.line_count)
    FROM entries e LEFT JOIN lines l ON l.entry_id = e.id
    GROUP BY e.id HAVING count(l.id) <> e.line_count ORDER BY e.id
""")
_UNBALANCED_BASE = text("""
    SELECT format('entry %s does not balance: its lines add up to %s', entry_id, sum(base_amount))
    FROM lines JOIN books b ON b.id = book_id WHERE b.kind = 'company'
    GROUP BY entry_id HAVING sum(base_amount) <> 0 OR count(base_amount) <> count(*) ORDER BY entry_id
""")
_UNBALANCED_CURRENCY = text("""
    SELECT format('entry %s does not balance: its lines in %s add up to %s', entry_id, currency, sum(amount))
    FROM lines JOIN books b ON b.id = book_id WHERE b.kind = 'personal'
    GROUP BY entry_id, currency HAVING sum(amount) <> 0 ORDER BY entry_id, currency
""")
_OF_ANOTHER_BOOK = text("""
    SELECT format('line %s is of another book than its entry or account', l.id)
    FROM lines l JOIN entries e ON e.id = l.entry_id JOIN accounts a ON a.id = l.account_id
    LEFT JOIN cost_centers c ON c.id = l.cost_center_id
    WHERE e.book_id <> l.book_id OR a.book_id <> l.book_id OR c.book_id <> l.book_id ORDER BY l.id
""")
_GAPS = text("""
    SELECT format('journal %s of book %s has gaps in the numbers of %s', journal, book_id,
                  to_char(month_of(date), 'YYYY-MM'))
    FROM entries WHERE number IS NOT NULL
    GROUP BY book_id, journal, month_of(date) HAVING max(number) <> count(*)
    ORDER BY book_id, journal, month_of(date)
""")
_LOOPS = text("""
    WITH RECURSIVE above (id, parent_id) AS (
        SELECT id, parent_id FROM accounts WHERE parent_id IS NOT NULL
        UNION
        SELECT above.id, a.parent_id FROM above JOIN accounts a ON a.id = above.parent_id WHERE a.parent_id IS NOT NULL
    )
    SELECT format('account %s is among its own subaccounts', id) FROM above WHERE id = parent_id ORDER BY id
""")
_CHECKS = (_INCOMPLETE, _UNBALANCED_BASE, _UNBALANCED_CURRENCY, _OF_ANOTHER_BOOK, _GAPS, _LOOPS)


@dataclass(frozen=True, slots=True)
class CheckRepository:
    """Checks of all books."""

    session: Session

    def violations(self) -> list[str]:
        """A sentence for each entry, journal and account that breaks a rule."""
        return [found for check in _CHECKS for found in self.session.scalars(check)]
