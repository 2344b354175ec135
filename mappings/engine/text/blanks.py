"""What stands in a cell for a number or a date that is not there."""

from collections.abc import Callable

WORDS = frozenset(
    written
    for word in ("null", "(null)", "n/a", "na", "n.a.", "none", "nan", "nil", "#n/a", "#nv", "#n/d")
    for written in (word, word.upper(), word.title())
) | {
    "NaN", "N/a", "\\N", "0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000", "00000000",
    "-", "--", "\N{EN DASH}", "\N{EM DASH}",
}  # fmt: skip
"""As databases and programs export it (MySQL and SAP have a date zero), as spreadsheets look it up in vain (#N/A; #NV
and #N/D in German and Spanish), and as people strike it out. Other faults of a spreadsheet, #VALUE! and #REF!, hide a
value that there was."""
_SIGNS = " \u00a0\u202f$€£¥"


def or_blank(convert: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A conversion that gives "" for what stands for nothing: blanks, NULL, N/A, a dash, and a dash as accountants
    write it: "$ -"."""

    def converted(text: str) -> str | None:
        value = convert(text)
        return "" if value is None and (text.isspace() or text.strip(_SIGNS) in WORDS) else value

    return converted
