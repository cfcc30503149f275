"""Made-up users and accounts, and how the weekly extracts go on: mostly in order, and wrong in every known way."""

from collections import Counter
from itertools import pairwise

import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.rules import Dataset
from gpsync.synthetic.scenario import BEFORE_FIRST_MAILOUT
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import FRIDAY, by, rows


@pytest.fixture(scope="module")
def users(last):
    return [row for row in last[Dataset.PRACTICE_USERS] if not row["Revoked Date"]]


def test_sizes_follow_the_register(last):
    sizes = {
        dataset: len({row[LAYOUTS[dataset].columns[0].headings[0]] for row in last[dataset]}) for dataset in Dataset
    }

    assert sizes[Dataset.PRACTICES] == 120
    assert len({row["GMC Ref No"] for row in last[Dataset.PERFORMERS_LIST]}) == pytest.approx(900, rel=0.05)
    assert sizes[Dataset.PCSE_ACCOUNTS] == pytest.approx(870, rel=0.05)


@pytest.mark.parametrize("dataset", [dataset for dataset in Dataset if dataset is not Dataset.GMC_REGISTER])
def test_weeks_are_believable_one_after_the_other(inbox, dataset):
    columns = {column.name: column.headings[0] for column in LAYOUTS[dataset].columns}
    weeks = [
        {tuple(row[columns[name]] for name in LAYOUTS[dataset].key) for row in rows(path)}
        for path in sorted(inbox.glob(f"{dataset}_2*.csv"))
    ]

    assert len(weeks) == 4
    for before, after in pairwise(weeks):
        assert abs(len(after) - len(before)) <= 0.15 * len(before)
        assert len(before - after) <= max(0.01 * len(before), 20)
        assert len(after - before) <= max(0.02 * len(before), 50)


def test_roles_are_missing_too_many_or_held_in_the_wrong_place(users, last):
    active = [row for row in users if row["Account Status"] == "Active"]
    open_ones = {row["Practice Code"] for row in last[Dataset.PRACTICES] if row["Status"] == "A"}
    roles = {code: Counter(row["Role"] for row in rows) for (code,), rows in by(active, "Practice Code").items()}
    managers = {code: roles[code]["PL Practice Manager"] for code in open_ones}
    administrators = Counter(roles[code]["PL Organisation Administrator"] for code in open_ones)

    assert 0 in managers.values()
    assert administrators.keys() >= {0, 1, 2, 5}
    assert administrators[2] > 0.9 * len(open_ones)
    assert any(row["Role"] == "PL Organisation Administrator" and not row["Nominated By User ID"] for row in users)
    assert any(len({row["Practice Code"] for row in rows}) > 1 for rows in by(active, "Email").values())
    assert any(len({row["User ID"] for row in rows}) > 1 for rows in by(active, "Email", "Practice Code").values())
    assert any(row["Practice Code"] not in open_ones for row in active)
    assert any(row["Account Status"] == "Deactivated" for row in users)
    assert any(row["Linked GMC Ref No"] for row in users)


def test_a_staff_users_address_is_a_gps_at_the_gmc(users, register):
    assert {row["Email"] for row in users} & {row["Email Address"] for row in register.values()}


def test_accounts_follow_the_register_but_for_a_few(last, register, medical):
    accounts = last[Dataset.PCSE_ACCOUNTS]
    listed = {row["GMC Ref No"] for row in medical}

    current = [
        row["Username Email"].lower() == register.get(row["GMC Ref No"], {}).get("Email Address", "").lower()
        for row in accounts
    ]
    assert 0.97 * len(accounts) < sum(current) < len(accounts)
    assert len({row["Username Email"].lower() for row in accounts}) == len(accounts)
    assert {row["Account Status"] for row in accounts} == {"Active", "Unverified", "Locked", "Deactivated"}
    assert any(row["GMC Ref No"] not in listed for row in accounts)
    assert all(bool(row["Verified Date"]) == (row["Account Status"] != "Unverified") for row in accounts)


def test_the_day_before_a_first_mailout_most_accounts_are_unverified_and_many_usernames_old(tmp_path):
    synthesise(tmp_path, doctors=6000, nights=1, seed=5, last_night=FRIDAY, shares=BEFORE_FIRST_MAILOUT)
    accounts = rows(tmp_path / "pcse_accounts_20260306.csv")
    register = {row["GMC Ref No"]: row for row in rows(tmp_path / "gmc_register_20260306.csv")}
    unverified = [row for row in accounts if row["Account Status"] == "Unverified"]
    shown = [register.get(row["GMC Ref No"], {}).get("Email Address", "").lower() for row in accounts]
    old = [row for row, email in zip(accounts, shown, strict=True) if row["Username Email"].lower() != email]

    assert len(unverified) == pytest.approx(0.9 * len(accounts), rel=0.05)
    assert len(old) == pytest.approx(0.35 * len(accounts), rel=0.15)
    assert not any(row["Verified Date"] or row["Last Link Sent Date"] for row in unverified)
    assert all("@" in row["Username Email"] for row in accounts)
    assert len({row["Username Email"].lower() for row in accounts}) == len(accounts)
