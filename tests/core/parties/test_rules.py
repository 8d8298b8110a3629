"""Rules of documents of identity, and of the search for parties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.co import nit

from app.core.parties.rules import IdentityDocument as Type
from app.core.parties.rules import document_key, issuer_problem, search_terms


@pytest.mark.parametrize(
    ("kind", "number", "key"),
    [
        (Type.NIT, "213.123.432-1", "213123432"),
        (Type.NIT, "213123432-1", "213123432"),
        (Type.NIT, "213123432", "213123432"),
        (Type.NIT, "79.412.556", "79412556"),
        (Type.NIT, "1020345678", "1020345678"),  # of a person, without a check digit
        (Type.DNI, "10117410", "10117410"),
        (Type.DNI, "10117410-2", "10117410"),
        (Type.RUC, "20512333797", "20512333797"),
        (Type.RFC, "GODE 561231 GR8", "GODE561231GR8"),
        (Type.CURP, "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        (Type.CC, "79.412.556", "79412556"),
        (Type.PA, "ab-12 34", "AB1234"),
        (Type.OTHER, "ñ/1", "Ñ1"),
    ],
)
def test_a_number_is_compared_without_signs(kind: Type, number: str, key: str) -> None:
    assert document_key(kind, number) == key


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Type.NIT, "213.123.432-2"),
        (Type.NIT, "9003739135"),  # ten digits of a company: the last one is the check digit
        (Type.NIT, "90037391A"),
        (Type.NIT, "-1"),
        (Type.NIT, "1234567890123456"),
        (Type.DNI, "10117410-3"),
        (Type.DNI, "1011741"),
        (Type.RUC, "20512333798"),
        (Type.RFC, "GODE 569931 GR8"),
        (Type.CURP, "BOXW310820HNERXN08"),
        (Type.CC, "79_412"),
        (Type.CC, ""),
        (Type.OTHER, "-"),
        (Type.OTHER, "１２"),
    ],
)
def test_a_wrong_number_is_refused(kind: Type, number: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        document_key(kind, number)


@given(st.integers(1, 10**9 - 1).map(str))
def test_a_nit_is_the_same_with_and_without_dots_and_check_digit(digits: str) -> None:
    written = nit.format(digits + nit.calc_check_digit(digits))
    assert document_key(Type.NIT, written) == document_key(Type.NIT, digits) == digits


@given(st.sampled_from(Type), st.text("0123456789ABÑñ&.-/ ,", max_size=40))
def test_a_key_has_letters_and_digits_only(kind: Type, number: str) -> None:
    try:
        key = document_key(kind, number)
    except ValueError:
        return
    assert key
    assert set(key) <= set("0123456789ABÑ&")


def test_types_belong_to_the_countries_that_issue_them() -> None:
    assert {country for country in ("CO", "PE", "MX", "DE") if issuer_problem(country, Type.CE) is None} == {"CO", "PE"}
    assert issuer_problem("MX", Type.NIT) == "NIT is a document of CO, not of MX."
    assert all(issuer_problem("DE", kind) is None for kind in (Type.PA, Type.TIN, Type.IN, Type.OTHER))


@pytest.mark.parametrize(
    ("q", "terms"),
    [
        ("ana", "'ana':*"),
        ("Ana  Pérez", "'Ana':* & 'Pérez':*"),
        ("900.412", "('900412':* | '900':* & '412':*)"),
        ("' | & ! :* \\", ""),
        ("a'b", "('ab':* | 'a':* & 'b':*)"),
    ],
)
def test_words_are_searched_by_their_beginnings(q: str, terms: str) -> None:
    assert search_terms(q) == terms
