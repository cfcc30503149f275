"""Made-up approval cases: in order for the most part, and wrong in every known way."""

from datetime import timedelta

import pytest

from gpsync.rules import Dataset
from tests.unit.synthetic.reading import FRIDAY, by, day, rows


@pytest.fixture(scope="module")
def cases(last):
    return last[Dataset.PRACTICE_APPROVALS]


def test_most_cases_are_closed_in_order(cases, medical):
    listed = {row["GMC Ref No"] for row in medical}

    closed = [row for row in cases if row["Case Status"] == "Closed" and row["Practice Decision"] == "APPROVED"]
    assert len(closed) > 0.8 * len(cases)
    assert all(day(row["Submitted Date"]) <= day(row["Practice Decision Date"]) <= FRIDAY for row in closed)
    assert len({row["Case ID"] for row in cases}) == len(cases)
    assert sum(row["GMC Ref No"] not in listed for row in cases) <= 3


def test_cases_wait_too_long_or_are_asked_twice(cases):
    waiting = [row for row in cases if row["Practice Decision"] == "PENDING"]
    overdue = [row for row in waiting if day(row["Effective Date"]) <= FRIDAY]

    ages = [FRIDAY - max(day(row["Submitted Date"]), day(row["Effective Date"])) for row in overdue]
    assert any(timedelta(days=14) <= age < timedelta(days=28) for age in ages)
    assert any(age >= timedelta(days=28) for age in ages)
    asked = by(waiting, "GMC Ref No", "Practice Code")
    assert any([row["Change Type"] for row in both] == ["JOIN", "JOIN"] for both in asked.values())
    assert any({row["Change Type"] for row in both} == {"JOIN", "LEAVE"} for both in asked.values())
    assert any(
        row["ICB Decision"] == "PENDING" and row["Practice Decision"] == "APPROVED"
        and day(row["Practice Decision Date"]) < FRIDAY - timedelta(days=14)
        for row in cases
    )  # fmt: skip


def test_cases_and_the_list_disagree(cases, medical):
    posts = {(row["GMC Ref No"], row["Practice Code"]): row for row in medical}

    def joined(row):
        post = posts.get((row["GMC Ref No"], row["Practice Code"]))
        return post and day(post["Assignment Start Date"])

    joins = [row for row in cases if row["Change Type"] == "JOIN"]
    leaves = [row for row in cases if row["Change Type"] == "LEAVE" and row["Practice Decision"] == "APPROVED"]
    assert any(row["Practice Decision"] == "REJECTED" and joined(row) for row in joins)
    assert any(row["Practice Decision"] == "REJECTED" and not joined(row) for row in joins)
    assert any(
        row["Practice Decision"] == "APPROVED" and joined(row) not in (None, day(row["Effective Date"]))
        for row in joins
    )
    assert any(
        day(row["Effective Date"]) < FRIDAY - timedelta(days=7)
        and not posts[row["GMC Ref No"], row["Practice Code"]]["Assignment End Date"]
        for row in leaves
        if (row["GMC Ref No"], row["Practice Code"]) in posts
    )


def test_somebody_began_to_work_without_a_case(inbox, cases):
    first, end = (rows(inbox / f"performers_list_{night}.csv") for night in ("20260216", "20260306"))
    posts = [{(row["GMC Ref No"].strip(), row["Practice Code"]) for row in week} for week in (first, end)]

    asked = {(row["GMC Ref No"], row["Practice Code"]) for row in cases if row["Change Type"] == "JOIN"}
    assert posts[1] - posts[0] - asked
    assert len(posts[1] - posts[0] & asked) > 0


def test_cases_of_doctors_who_are_barred_unknown_or_leaving(cases, medical, register):
    listed = {row["GMC Ref No"]: row for row in medical}

    barred = [
        row
        for row in cases
        if row["Change Type"] in ("ROLE_CHANGE", "WITHDRAW") and row["Case Status"] != "Closed"
        and "Registered with Licence" not in register.get(row["GMC Ref No"], {}).get("Registration Status", "")
    ]  # fmt: skip
    assert {row["Change Type"] for row in barred} == {"ROLE_CHANGE", "WITHDRAW"}
    assert any(row["GMC Ref No"] not in listed for row in cases)
    assert any(row["Change Type"] == "WITHDRAW" and day(row["Effective Date"]) < FRIDAY for row in cases)
    assert any(
        row["Practice Decision"] == "PENDING" and day(row["Effective Date"]) < FRIDAY - timedelta(days=365)
        for row in cases
    )


def test_most_decisions_were_taken_by_a_manager_of_the_practice(cases, last):
    managers = by(
        [r for r in last[Dataset.PRACTICE_USERS] if r["Role"] == "PL Practice Manager"], "User ID", "Practice Code"
    )

    decided = [row for row in cases if row["Decided By User ID"]]
    entitled = [row for row in decided if (row["Decided By User ID"], row["Practice Code"]) in managers]
    assert 0.95 * len(decided) < len(entitled) < len(decided)
