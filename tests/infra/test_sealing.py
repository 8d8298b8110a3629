"""Secrets that are stored are encrypted, and their key can be changed."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, Table, Text, func, select
from sqlalchemy.orm import Session

from app.infra.db import db
from app.infra.db.columns import SEALED
from app.infra.sealing import Sealer, random_key, replace_sealed, reseal, sealed_columns, sealed_values
from app.infra.secret_key import read_or_create
from app.kernel.errors import Unavailable

OLD, NEW, OTHER = (random_key() for _ in range(3))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_sealed_secret_is_read_with_any_of_its_keys_and_no_other(secret: str) -> None:
    sealed = Sealer([OLD]).seal(secret)
    assert Sealer([NEW, OTHER, OLD]).unseal(sealed) == secret
    with pytest.raises(Unavailable, match="can't be read"):
        Sealer([NEW, OTHER]).unseal(sealed)


def test_the_same_secret_is_sealed_differently_each_time_and_not_to_be_seen() -> None:
    sealer = Sealer([OLD])
    sealed = {sealer.seal("JBSWY3DPEHPK3PXP") for _ in range(3)}
    assert len(sealed) == 3
    assert not any("JBSWY3DPEHPK3PXP" in one for one in sealed)


def test_the_first_key_seals() -> None:
    sealed = Sealer([NEW, OLD]).seal("secret")
    assert Fernet(NEW).decrypt(sealed) == b"secret"


def test_a_changed_seal_is_not_read() -> None:
    sealed = Sealer([OLD]).seal("secret")
    middle = len(sealed) // 2
    forged = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for wrong in (forged, sealed[:-4], "", "not sealed"):
        with pytest.raises(Unavailable):
            Sealer([OLD]).unseal(wrong)


def test_resealing_leaves_what_the_first_key_sealed() -> None:
    sealer = Sealer([NEW, OLD])
    resealed = sealer.reseal(Sealer([OLD]).seal("secret"))
    assert resealed is not None
    assert (Sealer([NEW]).unseal(resealed), sealer.reseal(resealed)) == ("secret", None)


KEPT = MetaData()
ROWS = Table(
    "sealed_rows",
    KEPT,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("secret", Text, info={SEALED: True}),
    Column("shown", Text),
    Column("updated_at", DateTime(timezone=True), server_default=func.now(), onupdate=func.clock_timestamp()),
    prefixes=["TEMPORARY"],  # the program may create no other
)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    """Session in which the table has two secrets of the old key, one of the new, and a row without."""
    with app.app_context():
        session = db.session()
        ROWS.create(session.connection())
        sealed = [Sealer([key]).seal(key) for key in (OLD, NEW, OLD)]
        session.execute(ROWS.insert(), [{"secret": one, "shown": "shown"} for one in (*sealed, None)])
        yield session
        session.rollback()


def test_rotation_seals_old_secrets_anew_and_changes_nothing_else(session: Session) -> None:
    [column] = sealed_columns(KEPT)
    before = session.execute(select(ROWS.c.id, ROWS.c.shown, ROWS.c.updated_at).order_by(ROWS.c.id)).all()
    first, second, third = sealed_values(session, column, 0, 10).items()
    assert reseal(session, Sealer([NEW, OLD]), column, [first, second, third]) == 2
    after = sealed_values(session, column, 0, 10)
    assert [Sealer([NEW]).unseal(sealed) for sealed in after.values()] == [OLD, NEW, OLD]
    assert after[second[0]] == second[1]
    assert session.execute(select(ROWS.c.id, ROWS.c.shown, ROWS.c.updated_at).order_by(ROWS.c.id)).all() == before
    assert reseal(session, Sealer([NEW, OLD]), column, after.items()) == 0


def test_rotation_reads_a_column_in_parts(session: Session) -> None:
    [column] = sealed_columns(KEPT)
    whole = sealed_values(session, column, 0, 10)
    [first, second, third] = whole
    assert sealed_values(session, column, 0, 2).keys() == {first, second}
    assert sealed_values(session, column, second, 2).keys() == {third}


def test_rotation_does_not_undo_a_change_in_the_meantime(session: Session) -> None:
    [column] = sealed_columns(KEPT)
    [(row_id, before), *_] = sealed_values(session, column, 0, 1).items()
    newer = Sealer([NEW]).seal("newer")
    assert replace_sealed(session, column, row_id, before, newer)
    assert reseal(session, Sealer([NEW, OLD]), column, [(row_id, before)]) == 0
    assert sealed_values(session, column, 0, 1) == {row_id: newer}


def test_without_a_setting_a_key_is_made_once_and_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("instance")
    made = read_or_create(folder, "secrets_key", random_key)
    assert read_or_create(folder, "secrets_key", random_key) == made
    assert Sealer([made]).unseal(Sealer([made]).seal("secret")) == "secret"
