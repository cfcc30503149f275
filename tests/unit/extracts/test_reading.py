"""Reading a file as text: what is refused, what is let pass, and that no refusal shows what it has read."""

import codecs
import csv
import io
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gpsync.errors import RefusedExtract
from gpsync.extracts.layouts import GMC_REGISTER, PERFORMERS_LIST, PRACTICES, Layout
from gpsync.extracts.reading import TextTable, read_text
from gpsync.extracts.scanning import check_quotes, scan
from gpsync.rules import Dataset
from gpsync.synthetic.register import HEADINGS

NAME = "gmc_register_20261130.csv"
HEADER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"
ROWS = [
    "9000001,O'Brien,Ada,Registered with Licence,ada@doctor.example",
    '9000002,"Khan, Jr",Ben,Registered with Licence,ben@doctor.example',
    "9000003,Ní Dhomhnaill,Cáit,Suspended,",
    '9000004,"Smith ""Jack""",Jo,Registered with Licence,"jo@doctor.example"',
    "9000005,Müller,Zoë,Not Registered – Deceased,zoe@bücher.example",
    '9000006,"Two\nlines",,Registered with Licence,two@doctor.example',
    "9000007,Patel,Asha,Registered without a Licence,asha@doctor.example",
    '9000008,Okafor,"Chi, Ọlá",Registered with Licence,chi@doctor.example',
    "9000009,NA,Null,Registered with Licence,none",
    '9000010,Suharti,"",Registered with Licence,suharti@doctor.example',
    "9000011,Łukasz,Ewa,Registered with Licence,ewa@doctor.example",
    '9000012,李,Wei,Registered with Licence,"wei@doctor.example"',
]
#: Stands in every row of a spoilt file; no refusal may show any of it.
CANARY = "Zyxwvutson,Canary,Registered with Licence,canary.zyx@secret.example"
CANARIES = ("zyxwvutson", "canary", "secret.example", "9000777")
GOOD = f"{HEADER}\n9000777,{CANARY}\n9000778,Ash,Bo,Suspended,bo@doctor.example\n"


def whole(*, end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in [HEADER, *ROWS]).encode()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., TextTable]:
    """A function that reads bytes or text as a file of the register, or of another layout."""

    def read(content: bytes | str, layout: Layout = GMC_REGISTER) -> TextTable:
        path = tmp_path / "work.copy"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_text(path, layout, NAME)

    return read


def full_text(error: BaseException | None) -> str:
    """Everything that anybody could come to see of an error: texts, forms and those it was raised from."""
    if error is None:
        return ""
    frames = "".join(traceback.format_exception(error))
    return f"{error} {error!r} {frames} {full_text(error.__cause__)} {full_text(error.__context__)}"


def assert_speaks_well(error: RefusedExtract) -> None:
    sentence = str(error)
    assert sentence.startswith(NAME)
    assert "\n" not in sentence
    last = sentence.removesuffix(".").replace(". ", ": ").replace("; ", ": ").split(": ")[-1]
    assert last.casefold().startswith("ask "), f"does not end with what to do: {sentence}"
    assert [word for word in CANARIES if word in full_text(error).casefold()] == []


def row_ends(content: bytes) -> set[int]:
    """Offsets at which a row is complete, the header's end apart: found by the standard library's parser."""
    text = content.decode()
    ends = [index + 1 for index, character in enumerate(text) if character == "\n"]
    complete = [end for end in ends if text[:end].count('"') % 2 == 0][1:]
    return {len(text[:end].encode()) for end in complete}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_cut_at_any_byte_but_a_rows_end_is_refused(end, read):
    content = whole(end=end)
    accepted = {}
    for offset in range(len(content) + 1):
        try:
            accepted[offset] = read(content[:offset]).table.num_rows
        except RefusedExtract as error:
            assert_speaks_well(error)

    assert set(accepted) == row_ends(content)
    assert list(accepted.values()) == list(range(1, len(ROWS) + 1))


def test_values_come_out_as_they_stand_in_the_file(read):
    table = read(whole()).table

    expected = list(csv.reader(io.StringIO(whole().decode(), newline="")))[1:]
    assert [[value or "" for value in row.values()] for row in table.to_pylist()] == expected
    assert table["given_name"].to_pylist()[9] is None


@pytest.mark.parametrize("surname", ["NA", "Null", "None", "nan", "NaN", "N/A", "null", "#N/A", "-", "0", "True"])
def test_a_surname_that_looks_like_nothing_is_a_surname(surname, read):
    table = read(f'{HEADER}\n9000001,{surname},A,Suspended,\n9000002,"{surname}",A,Suspended,\n').table

    assert table["surname"].to_pylist() == [surname, surname]


def test_leading_zeros_stay(read):
    assert read(f"{HEADER}\n0123456,A,B,Suspended,\n").table["gmc_number"].to_pylist() == ["0123456"]


#: Where the second row's surname begins, and where one would go on after the end, counted from 1.
ASH, END = GOOD.index("Ash") + 1, len(GOOD) + 1

REFUSED: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "is empty"),
    "header only": (f"{HEADER}\n", "has a header and no rows"),
    "header and blank lines only": (f"{HEADER}\n\n\n", "has a header and no rows"),
    "header without a line end": (HEADER, "last line has no end"),
    "blank first line": (f"\n{GOOD}", "not separated by commas"),
    "one value more": (GOOD.replace(CANARY, f"{CANARY},more"), "has 6 values in line 2 where the first line has 5"),
    "one value fewer": (GOOD.replace(",canary.zyx@secret.example", ""), "has 4 values in line 2"),
    "every row one more": (GOOD.replace("example\n", "example,\n"), "has 6 values in line 2"),
    "every row one fewer": (GOOD.replace("9000777,", "").replace("9000778,", ""), "has 4 values in line 2"),
    "a line of blanks": (f"{GOOD} \n", "has 1 values in line 4"),
    "a comma instead of a full stop": (GOOD.replace("secret.example", "secret,example"), "has 6 values in line 2"),
    "two rows in one": (GOOD.replace("secret.example\n", "secret.example"), "has 9 values in line 2"),
    "ragged after a value of two lines": (
        GOOD.replace("Ash,Bo", '"As\nh",Bo,more'),
        "has 6 values in line 4",
    ),
    "the same heading twice": (
        GOOD.replace("Given Name", "Surname"),
        "has two columns for surname (column 2, 'Surname', and column 3, 'Surname')",
    ),
    "two spellings of one heading": (GOOD.replace("Given Name", "Email"), "has two columns for email"),
    "a required column missing": (GOOD.replace("Surname", "Family"), "lacks the column 'Surname'"),
    "the email column missing": (GOOD.replace("Email Address", "Phone"), "lacks the column 'Email Address'"),
    "no header": (GOOD.split("\n", 1)[1], "lacks the column 'GMC Ref No'"),
    "semicolons": (GOOD.replace(",", ";"), "not separated by commas"),
    "tabs": (GOOD.replace(",", "\t"), "not separated by commas"),
    "one line of 200 kB": ("x" * 200_000 + "\n", "not separated by commas"),
    "Windows-1252": (GOOD.replace("Ash", "Müller").encode("cp1252"), f"is not UTF-8 text (byte {ASH + 1})"),
    "half a character at the end": (GOOD.encode() + b"\xc3", f"is not UTF-8 text (byte {END})"),
    "half a character at a line's end": (GOOD.encode() + b"\xc3\n", f"is not UTF-8 text (byte {END})"),
    "an overlong form": (GOOD.encode().replace(b"Ash", b"A\xc0\xafsh"), "is not UTF-8 text"),
    "a surrogate": (GOOD.encode().replace(b"Ash", b"A\xed\xa0\x80sh"), "is not UTF-8 text"),
    "UTF-16, little end first": (GOOD.encode("utf-16"), "is UTF-16 text"),
    "UTF-16, big end first": (codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"), "is UTF-16 text"),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), "control character at byte 2"),
    "Windows-1252 read as Latin-1": (GOOD.replace("Ash", "O\x92Brien"), "was converted from the wrong encoding"),
    "NUL": (GOOD.replace("Ash", "A\0sh"), f"control character at byte {ASH + 1}"),
    "Ctrl-Z as the last line": (f"{GOOD}\x1a", f"control character at byte {END}"),
    "Ctrl-Z and a line end": (f"{GOOD}\x1a\r\n", "control character"),
    "escape": (GOOD.replace("Ash", "\x1b[31mAsh"), "control character"),
    "a unit separator": (GOOD.replace("Ash", "A\x1fsh"), "control character"),
    "vertical tab": (GOOD.replace("Ash", "A\x0bsh"), "control character"),
    "form feed": (GOOD.replace("Ash", "A\x0csh"), "control character"),
    "delete": (GOOD.replace("Ash", "A\x7fsh"), "control character"),
    "a workbook under another name": (b"PK\x03\x04" + GOOD.encode(), "is a workbook or an archive"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + GOOD.encode(), "is a workbook or an archive"),
    "an opened quote": (GOOD.replace("Zyx", '"Zyx'), "quotation mark is never closed"),
    "a lost quote": (GOOD.replace("Ash", 'Ash"'), "quotation mark is never closed"),
    "two stray quotes that hide a row": (
        GOOD.replace("Canary", 'Can"ary').replace("canary.zyx", '"canary.zyx'),
        "quotation mark in the middle of a value",
    ),
    "lines of an old Macintosh": (GOOD.replace("\n", "\r"), "ends with a carriage return alone"),
    "cut between CR and LF": (GOOD.replace("\n", "\r\n").removesuffix("\n"), "ends with a carriage return alone"),
    "a value of 200 kB in a short row": (
        f"{GOOD}9000779,{'x' * 200_000},c\n",
        "cannot be read as a comma-separated file",
    ),
}


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_file_is_refused_with_a_sentence_that_helps_and_tells_nothing(content, expected, read):
    with pytest.raises(RefusedExtract) as caught:
        read(content)

    assert expected in str(caught.value)
    assert_speaks_well(caught.value)


ACCEPTED: dict[str, tuple[bytes | str, str]] = {
    "UTF-8 with a byte order mark": (codecs.BOM_UTF8 + GOOD.encode(), "the mark is no part of the first heading"),
    "a mark and a quoted heading": (codecs.BOM_UTF8 + GOOD.replace("GMC Ref No", '"GMC Ref No"').encode(), "as above"),
    "CRLF": (GOOD.replace("\n", "\r\n"), "as Windows writes"),
    "CRLF after the header alone": (GOOD.replace("\n", "\r\n", 1), "both in one file"),
    "everything quoted": ('"' + GOOD.rstrip().replace(",", '","').replace("\n", '"\n"') + '"\n', "as the PCSE writes"),
    "blank lines": (GOOD.replace("\n", "\n\n"), "they hold no row"),
    "a heading of two lines": (GOOD.replace("GMC Ref No", '"GMC\nRef No"'), "headings ignore white space"),
    "headings in capitals": (GOOD.replace(HEADER, HEADER.upper()), "and case"),
    "headings with punctuation": (GOOD.replace("GMC Ref No", "GMC_Ref-No. "), "and punctuation"),
    "headings of the specification": (GOOD.replace("Given Name", "Given name"), "both are in use"),
    "a tab within a value": (GOOD.replace("Canary", "Can\tary"), "tidied later"),
    "a line separator within a value": (GOOD.replace("Canary", "Can\u2028ary"), "no line end to a parser"),
    "a nickname in stray quotes": (GOOD.replace("Canary", 'Ca "Na" ry'), "every line is one row: nothing can hide"),
}


@pytest.mark.parametrize(("content", "reason"), ACCEPTED.values(), ids=ACCEPTED)
def test_an_odd_but_whole_file_is_read(content, reason, read):
    result = read(content)

    assert result.table["gmc_number"].to_pylist() == ["9000777", "9000778"], reason
    assert result.table["surname"].to_pylist() == ["Zyxwvutson", "Ash"]
    assert result.notes == ()


def test_columns_are_found_by_heading_wherever_they_stand(read):
    table = read("Email Address,Surname,Registration Status,GMC Ref No\na@b.example,Ash,Suspended,9000001\n").table

    assert table.to_pylist() == [
        {"email": "a@b.example", "surname": "Ash", "registration_status": "Suspended", "gmc_number": "9000001"}
    ]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (["Foo"], "1 column is not known and was ignored: 'Foo'."),
        ([" Foo "], "1 column is not known and was ignored: 'Foo'."),
        (["Foo", "Block"], "2 columns are not known and were ignored: 'Foo', 'Block'."),
        (["Foo", "foo "], "2 columns are not known and were ignored: 'Foo', 'foo'."),
        (["Foo", "Qualification"], "1 column is not known and was ignored: 'Foo'."),
        ([""], "1 column is not known and was ignored: ''."),
        (["Action"], "1 column is not known and was ignored: 'Action'."),
        (["x" * 100], f"1 column is not known and was ignored: '{'x' * 40}'."),
        (list("abcdefg"), "7 columns are not known and were ignored: 'a', 'b', 'c', 'd', 'e' and 2 more."),
        (['"two\nlines"'], r"1 column is not known and was ignored: 'two\nlines'."),
    ],
)
def test_an_unknown_column_is_ignored_and_noted(extra, expected, read):
    cells = ",".join("secret" for _ in extra)
    content = f"{HEADER},{','.join(extra)}\n9000001,Ash,Bo,Suspended,a@b.example,{cells}\n"

    result = read(content)

    assert result.notes == (expected,)
    assert "secret" not in str(result.table.to_pylist())


@pytest.mark.parametrize("extra", [[""], ["", "", ""], [" "]])
def test_what_a_spreadsheets_trailing_commas_leave_is_no_column(extra, read):
    content = f"{HEADER},{','.join(extra)}\n9000001,Ash,Bo,Suspended,a@b.example{',' * len(extra)}\n"

    result = read(content)

    assert result.notes == () and len(result.table.column_names) == len(HEADER.split(","))
    assert result.table["email"].to_pylist() == ["a@b.example"]


def test_the_report_of_the_ods_may_have_headings_some_of_which_stand_often(read):
    headings = (
        "Organisation Code,Name,National Grouping,High Level Health Geography,Address Line 1,Address Line 2,"
        "Address Line 3,Address Line 4,Address Line 5,Postcode,Open Date,Close Date,Status Code,Organisation Sub-Type "
        "Code,Commissioner,Join Provider/Purchaser Date,Left Provider/Purchaser Date,Contact Telephone Number,Null,"
        "Null,Null,Amended Record Indicator,Null,Provider/Purchaser,Null,Prescribing Setting,Null"
    )
    row = '"Z10001","MADE UP SURGERY","Y60","Q99","1 LANE",,,,,"ZZ1 1ZZ","19740401","","ACTIVE","B","99Z",,,,,,,"0",,,'

    result = read(f'{headings}\n{row},"RO76",""\n', PRACTICES)

    assert result.notes == ()
    assert result.table.to_pylist() == [
        {
            "practice_code": "Z10001",
            "practice_name": "MADE UP SURGERY",
            "region_code": "Y60",
            "postcode": "ZZ1 1ZZ",
            "open_date": "19740401",
            "close_date": None,
            "status": "ACTIVE",
            "icb_code": "99Z",
            "prescribing_setting": "RO76",
        }
    ]


def test_the_47_columns_of_the_specification_are_read_without_a_note(read):
    spellings = {"Given Name": "Given name", "Year Of Qualification": "Year of Qualification"}
    for headings in (HEADINGS, [spellings.get(heading, heading) for heading in HEADINGS]):
        values = ",".join("x" for _ in headings)
        result = read(f"{','.join(headings)}\n{values}\n")

        assert result.notes == ()
        assert set(result.table.column_names) == set(GMC_REGISTER.names)


def test_the_public_performers_list_is_read_without_a_note(read):
    headings = (
        '"Alignment","Performer Role","ForeName(s)","Surname","Professional Registration Number",'
        '"Date of Registration","Status","Date first on Performers list(this is the earliest date of inclusion held)",'
        '"Date in GP Register",'
        '"NHSE Regional Team","Currently in Probationary Period"'
    )
    row = '"Medical","GP Performer","Asha Example","-"," 9000123","30 April 2012","Included","","","NORTH WEST","No"'

    result = read(f"{headings}\r\n{row}\r\n", PERFORMERS_LIST)

    assert result.notes == ()
    assert result.table["gmc_number"].to_pylist() == [" 9000123"]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "byte order mark"])
def test_the_report_of_the_ods_needs_no_header(mark, read):
    row = ["A81001", "THE SURGERY", "Y63", *[""] * 6, "TS1 1AA", "19740401", "", "A", "B", "16C", *[""] * 10, "4", ""]

    table = read(mark + (",".join(row) + "\n").encode() * 2, PRACTICES).table

    assert table.num_rows == 2
    assert table.to_pylist()[0]["practice_code"] == "A81001"
    assert table.to_pylist()[0]["prescribing_setting"] == "4"


def test_a_report_of_another_width_is_refused(read):
    content = GOOD.splitlines()[1] + "," * 21 + "\n"
    with pytest.raises(RefusedExtract, match="has no header and 26 columns in row 1, not 27") as caught:
        read(content, PRACTICES)

    assert_speaks_well(caught.value)


def test_the_headings_belong_to_datasets_with_a_layout():
    from gpsync.extracts.headings import DROPPED

    assert set(DROPPED) <= set(Dataset)
    assert len(DROPPED[Dataset.GMC_REGISTER]) == len(set(DROPPED[Dataset.GMC_REGISTER]))


@pytest.mark.parametrize("place", range(-4, 5))
def test_what_lies_across_a_block_is_seen_whole(place, tmp_path):
    """A character, a control, a pair of CR and LF and a pair of quotes, each at every place about the block's edge."""
    edge = 1 << 20
    head = f"{HEADER}\r\n".encode()
    tail = b"\r\n9000002,Ash,Bo,Suspended,x\r\n"
    path = tmp_path / "work.copy"

    def rows(middle: bytes, rest: bytes = b",Bo,Suspended,x") -> int:
        padding = b"9000001,"
        padding += b"p" * (edge + place - len(head) - len(padding))
        path.write_bytes(head + padding + middle + rest + tail)
        return read_text(path, GMC_REGISTER, NAME).table.num_rows

    assert rows("ọ\u0301".encode()) == 2
    assert rows(b"", b',"a ""b"" \r\n c","Suspended",x') == 2
    for bad in (b"\xc2\x92", b"\x00", b"\xe1\xbb", b"\xff"):
        with pytest.raises(RefusedExtract, match=r"encoding|control|UTF-8"):
            rows(bad)
    with pytest.raises(RefusedExtract, match=f"middle of a value .byte {edge + place + 2:,}."):
        rows(b'q"q', b',Bo,Suspended,"x')


@pytest.mark.parametrize("place", [-2, -1, 0, 1])
@pytest.mark.parametrize(("end", "expected"), [("\n", 2), ("\r\n", 2), ("\r", 2), ("\n\r", 3), ("\r\r\n", 3)])
def test_line_ends_are_counted_across_blocks(end, expected, place, tmp_path):
    path = tmp_path / "work.copy"
    path.write_text("x" * ((1 << 20) + place) + end + "y\n", newline="")

    assert scan(path, NAME) == expected


@pytest.mark.parametrize(
    ("line", "stray"),
    [
        ('a,"b",c', None),
        ('"a","b, ""c""","d"', None),
        ('"a"', None),
        ('"","",""', None),
        ('"a\r\nb","c"', None),
        ('"""a"""', None),
        ('a "b",c,"d"', 3),
        ('"a"b,c', 3),
        ('"a" ,c', 3),
        ('a""b', 2),
        ('a,b"', 4),
        (' "a"', 2),
    ],
)
@pytest.mark.parametrize("before", [None, *range(-14, 3)])
def test_a_stray_quotation_mark_is_found_wherever_a_block_ends(line, stray, before, tmp_path):
    """`before` moves the line so that the first block ends at every place of it."""
    padding = "" if before is None else "p" * ((1 << 20) + before - 1) + "\n"
    path = tmp_path / "work.copy"
    path.write_text(f'{padding}{line}\n"last"\n', newline="")

    if stray is None:
        assert check_quotes(path, NAME) is None
        return
    with pytest.raises(RefusedExtract, match=f"byte {len(padding) + stray:,}\\)") as caught:
        check_quotes(path, NAME)
    assert_speaks_well(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_no_damage_brings_anything_but_a_refusal_or_a_whole_table(data, tmp_path):
    content = bytearray(whole())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["change", "drop", "insert"]))
        byte = data.draw(st.sampled_from(b'",\n\r;\x00\xc3\xa9 a') | st.integers(0, 255))
        content[place : place + (kind != "insert")] = b"" if kind == "drop" else bytes([byte])
    path = tmp_path / "fuzz"
    path.write_bytes(content)

    try:
        result = read_text(path, GMC_REGISTER, NAME)
    except RefusedExtract as error:
        assert error.__cause__ is None and error.__context__ is None
        return
    # Only the heading of the given name can be lost without a refusal, and then it is noted.
    assert result.table.num_columns + len(result.notes) == 5
    assert 1 <= result.table.num_rows <= len(ROWS) + 3
    result.table.validate(full=True)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
@example(content=b'"')
@example(content=b",")
@example(content=b"\xef\xbb\xbf")
@example(content=b"GMC Ref No,Surname,Registration Status,Email\n\n")
def test_no_bytes_bring_anything_but_a_refusal(content, tmp_path):
    path = tmp_path / "fuzz"
    path.write_bytes(content)

    with pytest.raises(RefusedExtract):
        read_text(path, GMC_REGISTER, NAME)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_byte_order_mark_before_quoted_headings_leaves_quotes_what_they_are(start, tmp_path):
    path = tmp_path / "work.copy"
    path.write_text(f'{start}"gmc_number","surname"\n"9000001","Oak\nAsh"\n"9000002","Elm"\n', encoding="utf-8")

    assert check_quotes(path, NAME) is None

    path.write_text(f'{start}"gmc_number","surname"\n"9000001","Oak "or" Ash"\n', encoding="utf-8")
    with pytest.raises(RefusedExtract, match=f"byte {len(start.encode()) + 39:,}"):
        check_quotes(path, NAME)
