"""Tables at terminals of any width: an id is never broken over lines."""

import pytest

from gpsync.cli import console

ROWS = [
    {
        "id": "0123456789abcdef",
        "kind": "B02 GMC_ERASED_ON_LIST",
        "days": 1_200,
        "doctor": None,
        "what": "Erased, listed",
    },
    {"id": "fedcba9876543210", "kind": "B01 GMC_DECEASED_ON_LIST", "days": 3, "doctor": "9000001", "what": "Died"},
]


@pytest.mark.parametrize("width", [200, 100, 60, 40, 20])
def test_an_id_is_whole_at_every_width(width, monkeypatch, capsys):
    monkeypatch.setattr(console, "out", console.Console(width=width, highlight=False, soft_wrap=True))

    console.print_table(ROWS, empty="Nothing.")
    shown = capsys.readouterr().out

    assert all(row["id"] in shown for row in ROWS)


def test_a_narrow_terminal_gets_a_block_for_each_row_without_what_is_blank(monkeypatch, capsys):
    monkeypatch.setattr(console, "out", console.Console(width=40, highlight=False, soft_wrap=True))

    console.print_table(ROWS, empty="Nothing.")

    assert capsys.readouterr().out == (
        "id: 0123456789abcdef\nkind: B02 GMC_ERASED_ON_LIST\ndays: 1,200\nwhat: Erased, listed\n\n"
        "id: fedcba9876543210\nkind: B01 GMC_DECEASED_ON_LIST\ndays: 3\ndoctor: 9000001\nwhat: Died\n"
    )
