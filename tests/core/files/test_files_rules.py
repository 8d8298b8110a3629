"""Names and paths."""

import pytest

from app.core.files.rules import display_name, ending_of, is_ours, kind_for, name_problem, shown_inline


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("contrato.pdf", "contrato.pdf"),
        ("C:\\Users\\Ana\\RUT.pdf", "RUT.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a/", "file"),
        ("", "file"),
        ("...", "file"),
        ("\u202e\u200b\x00\n", "file"),
        (".htaccess", "htaccess"),
        ("发票.pdf", "发票.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\ud800.pdf", "pdf"),
        ("  x.pdf. ", "x.pdf"),
    ],
)
def test_the_shown_name_has_no_path_and_no_direction_marks(given: str, shown: str) -> None:
    assert display_name(given) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.PDF", ".pdf"),
        ("a.pdf.exe", ".exe"),
        ("a.pdf. ", ".pdf"),
        ("pdf", ""),
        (".pdf", ""),
        ("fac\u202efdp.exe", ".exe"),
    ],
)
def test_the_ending_is_the_one_a_program_would_go_by(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@pytest.mark.parametrize("name", ["x" * 256, "a\x00.pdf"])
def test_a_name_that_is_too_long_or_no_text_is_a_problem(name: str) -> None:
    assert name_problem(name) is not None


@pytest.mark.parametrize(("ending", "inline"), [(".pdf", True), (".webp", True), (".xml", False), (".csv", False)])
def test_a_browser_may_show_pictures_and_pdfs_only(ending: str, inline: bool) -> None:
    kind = kind_for(ending)
    assert kind is not None
    assert shown_inline(kind.content_type) is inline


@pytest.mark.parametrize("ending", [".svg", ".html", ".exe", ".zip", ".docm", ".gif", ""])
def test_other_kinds_are_not_taken(ending: str) -> None:
    assert kind_for(ending) is None


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        (f"2026/01/{'0f' * 16}.pdf", True),
        (f"2026/01/{'0f' * 16}.unfinished", True),
        ("backups/2026-01-01.dump", False),
        (f"2026/01/{'0f' * 16}.pdf/x", False),
        ("lost+found", False),
    ],
)
def test_only_what_we_could_have_written_is_ours(path: str, ours: bool) -> None:
    assert is_ours(path) is ours
