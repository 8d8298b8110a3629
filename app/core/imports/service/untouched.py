"""Records that nobody changed or uses since they were imported."""

from collections.abc import Collection

from app.core.audit.service import AuditService
from app.core.imports.rules import LeftReason
from app.infra.context import Context
from app.infra.db import Base
from app.infra.queries.references import lock_rows, referenced


class UntouchedRows:
    """Finds the records of an import that may be deleted, and locks them."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.audit = AuditService(context)

    def among(
        self,
        model: type[Base],
        ids: Collection[int],
        left: dict[int, LeftReason],
        *,
        audited: tuple[str, ...] = (),
        parts: tuple[str, ...] = (),
    ) -> list[int]:
        """The ids of the rows that may be deleted; adds the others that exist to `left`.

        `audited` are further tables whose rows with these ids belong to the record, `parts` those whose rows go with
        it; a row that is added there is a change of the record. A change by a job, such as a
        payment that became overdue, is nobody's.
        """
        found = lock_rows(self.session, model, ids)
        changed = self.audit.changed_by_users((model.__tablename__, *audited), found)
        used = referenced(self.session, model, [row_id for row_id in found if row_id not in changed], apart=parts)
        left |= {row_id: LeftReason.CHANGED for row_id in found if row_id in changed}
        left |= {row_id: LeftReason.IN_USE for row_id in found if row_id in used}
        return [row_id for row_id in found if row_id not in left]
