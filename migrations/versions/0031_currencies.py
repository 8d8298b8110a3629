"""Currencies: rates of any pair, in one direction and of three sides; a company with any base currency."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# For each currency that can be converted to a target: the stored pair whose rates apply, or the two pairs of a cross by
# one of the pivots, the first that has both. `kind` is the side that answers for the asked one: that side itself, or else
# mid, or else, where there is a second kind, the mean of the two. An inverse of buy is sell.
ROUTES = """
CREATE FUNCTION currency_routes(to_currency text, asked_kind text, pivots text[])
RETURNS TABLE (source text, via text, base text, quote text, inverse boolean, kind text, other_kind text, first_day date,
    first_rate numeric, next_base text, next_quote text, next_inverse boolean, next_kind text, next_other_kind text)
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH pair AS (
        SELECT p.base::text, p.quote::text,
               ARRAY(SELECT side FROM unnest(ARRAY['mid', 'buy', 'sell']) side WHERE EXISTS (
                   SELECT FROM exchange_rates r WHERE r.base = p.base AND r.quote = p.quote AND r.kind = side)) AS kinds
        FROM currency_pairs p
    ), leg AS (
        SELECT way.source, way.target, pair.base, pair.quote, way.inverse,
               CASE WHEN way.wanted = ANY (kinds) THEN ARRAY[way.wanted]
                    WHEN 'mid' = ANY (kinds) THEN ARRAY['mid'] ELSE kinds END AS kinds
        FROM pair CROSS JOIN LATERAL (VALUES
            (pair.base, pair.quote, false, asked_kind),
            (pair.quote, pair.base, true, CASE asked_kind WHEN 'buy' THEN 'sell' WHEN 'sell' THEN 'buy' ELSE asked_kind END)
        ) way (source, target, inverse, wanted)
        WHERE kinds <> '{}'
    ), found AS (
        SELECT DISTINCT ON (one.source) one.source, pivot.code AS via, one.base, one.quote, one.inverse, one.kinds,
               after.base AS next_base, after.quote AS next_quote, after.inverse AS next_inverse, after.kinds AS next_kinds
        FROM leg one
        LEFT JOIN unnest(pivots) WITH ORDINALITY pivot (code, rank) ON one.target = pivot.code AND one.target <> to_currency
        LEFT JOIN leg after ON after.source = pivot.code AND after.target = to_currency
        WHERE one.source <> to_currency AND coalesce(after.target, one.target) = to_currency
        ORDER BY one.source, pivot.rank NULLS FIRST
    )
    SELECT found.source, found.via, found.base, found.quote, found.inverse, found.kinds[1], found.kinds[2],
           first.date, first.rate, found.next_base, found.next_quote, found.next_inverse, found.next_kinds[1], found.next_kinds[2]
    FROM found LEFT JOIN LATERAL (
        SELECT r.date, r.rate FROM exchange_rates r
        WHERE r.base = found.base AND r.quote = found.quote AND r.kind = found.kinds[1] ORDER BY r.date LIMIT 1
    ) first ON true;
END
$$
"""
# The latest rate on or before the day, or, before the first, the first.
RATES = """
CREATE FUNCTION rate_day(of_base text, of_quote text, of_kind text, day date) RETURNS date
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce(
        (SELECT max(date) FROM exchange_rates WHERE base = of_base AND quote = of_quote AND kind = of_kind AND date <= day),
        (SELECT min(date) FROM exchange_rates WHERE base = of_base AND quote = of_quote AND kind = of_kind));
END
$$;

CREATE FUNCTION rate_on(of_base text, of_quote text, of_kind text, day date) RETURNS numeric
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT rate FROM exchange_rates WHERE base = of_base AND quote = of_quote AND kind = of_kind
            AND date = rate_day(of_base, of_quote, of_kind, day));
END
$$
"""
ONLY_USD_IN_COP = "DELETE FROM exchange_rates WHERE base <> 'USD' OR quote <> 'COP' OR kind <> 'mid'"


def upgrade() -> None:
    """Apply."""
    _pairs()
    _rates()
    op.drop_constraint(op.f("ck_company_base_currency"), "company", type_="check")
    op.alter_column("company", "base_currency", type_=sa.String(3))
    op.create_check_constraint(op.f("ck_company_base_currency_code"), "company", "base_currency ~ '^[A-Z]{3}$'")
    op.alter_column("company", "opening_balance", type_=sa.Numeric)
    op.create_check_constraint(op.f("ck_company_opening_balance_scale"), "company", "scale(opening_balance) <= 4")
    op.execute(ROUTES)
    op.execute(RATES)


def downgrade() -> None:
    """Take back; rates of other pairs and sides are lost."""
    for function in ("rate_on", "rate_day", "currency_routes"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_constraint(op.f("ck_company_opening_balance_scale"), "company", type_="check")
    op.alter_column("company", "opening_balance", type_=sa.Numeric(18, 2))
    op.drop_constraint(op.f("ck_company_base_currency_code"), "company", type_="check")
    op.alter_column("company", "base_currency", type_=sa.String(40))
    op.create_check_constraint(op.f("ck_company_base_currency"), "company", "base_currency IN ('COP', 'USD')")
    _only_dollars()
    op.execute("DELETE FROM currency_pairs")  # audited, unlike a table that is dropped
    op.drop_table("currency_pairs")


def _pairs() -> None:
    op.create_table(
        "currency_pairs",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("quote", sa.String(3), nullable=False),
        sa.CheckConstraint("base <> quote", name=op.f("ck_currency_pairs_two_currencies")),
        sa.CheckConstraint("NOT (base = 'COP' AND quote = 'USD')", name=op.f("ck_currency_pairs_usd_in_cop")),
        *_codes("currency_pairs"),
        sa.PrimaryKeyConstraint("id", name="pk_currency_pairs"),
        sa.UniqueConstraint("base", "quote", name="uq_currency_pairs_direction"),
    )
    unordered = [sa.text("least(base, quote)"), sa.text("greatest(base, quote)")]
    op.create_index("uq_currency_pairs_either_way", "currency_pairs", unordered, unique=True)
    op.execute("SELECT audit_refresh()")
    op.execute("INSERT INTO currency_pairs (base, quote) SELECT DISTINCT base, quote FROM exchange_rates")


def _rates() -> None:
    for name in ("usd_in_cop", "rate_positive", "base", "quote"):
        op.drop_constraint(op.f(f"ck_exchange_rates_{name}"), "exchange_rates", type_="check")
    op.drop_constraint("uq_exchange_rates_day", "exchange_rates", type_="unique")
    for name in ("base", "quote"):
        op.alter_column("exchange_rates", name, type_=sa.String(3))
    op.alter_column("exchange_rates", "rate", type_=sa.Numeric(28, 12))
    op.add_column("exchange_rates", sa.Column("kind", sa.String(40), nullable=False, server_default="mid"))
    checks = (
        sa.CheckConstraint("kind IN ('mid', 'buy', 'sell')", name=op.f("ck_exchange_rates_kind")),
        sa.CheckConstraint("rate > 0 AND rate < 10000000000000000", name=op.f("ck_exchange_rates_rate_positive")),
        *_codes("exchange_rates"),
    )
    for check in checks:
        op.create_check_constraint(check.name, "exchange_rates", check.sqltext)
    op.create_unique_constraint("uq_exchange_rates_day", "exchange_rates", ["base", "quote", "kind", "date"])
    op.create_index("ix_exchange_rates_date", "exchange_rates", ["date"])
    op.create_foreign_key(
        "fk_exchange_rates_base_quote_currency_pairs",
        "exchange_rates",
        "currency_pairs",
        ["base", "quote"],
        ["base", "quote"],
        ondelete="RESTRICT",
    )


def _only_dollars() -> None:
    op.drop_constraint("fk_exchange_rates_base_quote_currency_pairs", "exchange_rates", type_="foreignkey")
    op.execute(ONLY_USD_IN_COP)
    op.drop_index("ix_exchange_rates_date", "exchange_rates")
    op.drop_constraint("uq_exchange_rates_day", "exchange_rates", type_="unique")
    for name in ("kind", "rate_positive", "base_code", "quote_code"):
        op.drop_constraint(op.f(f"ck_exchange_rates_{name}"), "exchange_rates", type_="check")
    op.drop_column("exchange_rates", "kind")
    least = "greatest(round(rate, 6), 0.000001)"
    op.alter_column("exchange_rates", "rate", type_=sa.Numeric(18, 6), postgresql_using=least)
    for name in ("base", "quote"):
        op.alter_column("exchange_rates", name, type_=sa.String(40))
    conditions = {
        "usd_in_cop": "base = 'USD' AND quote = 'COP'",
        "rate_positive": "rate > 0 AND rate < 1000000000000",
        "base": "base IN ('COP', 'USD')",
        "quote": "quote IN ('COP', 'USD')",
    }
    for name, condition in conditions.items():
        op.create_check_constraint(op.f(f"ck_exchange_rates_{name}"), "exchange_rates", condition)
    op.create_unique_constraint("uq_exchange_rates_day", "exchange_rates", ["date", "base", "quote"])


def _codes(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"{name} ~ '^[A-Z]{{3}}$'", name=op.f(f"ck_{table}_{name}_code"))
        for name in ("base", "quote")
    ]
