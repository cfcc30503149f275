"""Made-up deltas lead from each made-up register night to the next."""

import csv
from datetime import date

from gpsync.rules import Dataset
from gpsync.synthetic.deltas import synthesise_deltas
from gpsync.synthetic.writing import synthesise

FRIDAY = date(2026, 3, 6)


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_deltas_lead_from_each_register_night_to_the_next(tmp_path):
    arguments = {"doctors": 300, "nights": 4, "seed": 2, "last_night": FRIDAY, "traps": False}
    fulls = synthesise(tmp_path / "full", datasets=[Dataset.GMC_REGISTER], **arguments)
    deltas = synthesise_deltas(tmp_path / "delta", **arguments)

    held = {row["GMC Ref No"]: row for row in rows(fulls[0])}
    assert [path.name for path in deltas] == [path.name.replace("register", "register_delta") for path in fulls[1:]]
    for full, delta in zip(fulls[1:], deltas, strict=True):
        for row in rows(delta):
            assert row.pop("Date Processed")[:10] == date.fromisoformat(full.stem[-8:]).isoformat()
            action = row.pop("Action")
            assert (row["GMC Ref No"] in held) == (action != "I")
            held[row["GMC Ref No"]] = row
            if action == "D":
                del held[row["GMC Ref No"]]
        assert held == {row["GMC Ref No"]: row for row in rows(full)}
