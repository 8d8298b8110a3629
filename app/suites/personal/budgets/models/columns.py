"""Types of columns that several tables of budgets have."""

from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey, Numeric
from sqlalchemy.orm import mapped_column

OfBook = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
OfCategory = Annotated[int, mapped_column(BigInteger, ForeignKey("categories.id", ondelete="RESTRICT"))]
OfAccount = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))]
OfBudget = Annotated[int, mapped_column(BigInteger, ForeignKey("budgets.id", ondelete="CASCADE"))]
Author = Annotated[int | None, mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))]
Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
Level = Annotated[Decimal, mapped_column(Numeric(5, 3))]
"""A part of what is available, 1 for all of it."""
