"""Listed performers with the register's record beside them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.listed import Performers, performers
from gpsync.reconciliation.membership import among

#: What only a record says that the register shows today.
_REGISTER_COLUMNS = [
    "gmc_number",
    "surname",
    "given_name",
    "other_names",
    "gp_register_date",
    "ftp_conditions",
    "ftp_undertakings",
    "valid_from",
    "previous_class",
]
#: Under this name, because the list has a surname too.
REGISTER_SURNAME = "register_surname"


@dataclass(frozen=True)
class ListedBesideRegister:
    """What the rules on registration look at.

    `rows` are the rows of listed performers that have a number, as in `Performers`, with the register's columns
    (its surname as `register_surname`); they are blank where `in_register` is false. Status and class are those of the
    last record, also where the register does not show it any more: then `left_on` is filled. `working` says of the
    doctor, in each row, whether any of the doctor's assignments runs on the day.
    """

    facts: Facts
    performers: Performers
    rows: pd.DataFrame

    def of_class(self, classes: Iterable[str]) -> "pd.Series[bool]":
        """Which rows belong to doctors whose last record is of one of these classes."""
        return self.rows["registration_class"].isin([str(one) for one in classes])


def beside_register(facts: Facts) -> ListedBesideRegister:
    """The listed performers, each beside the register's record. No performer is lost for want of one."""
    everyone = performers(facts)
    rows = everyone.rows
    working = rows.loc[rows["assigned"], "gmc_number"].unique()
    listed = rows[rows["listed"] & rows["gmc_number"].notna()]
    # Most doctors of the register are not on the list, so it is cut down before the join.
    register = facts.register[among(facts.register["gmc_number"], listed["gmc_number"])]
    register = register.reindex(columns=_REGISTER_COLUMNS).astype("str").rename(columns={"surname": REGISTER_SURNAME})
    last = facts.last_records
    last = last[among(last["gmc_number"], listed["gmc_number"])]
    beside = listed.merge(register, on="gmc_number", how="left", validate="many_to_one", indicator="found")
    beside = beside.assign(in_register=beside["found"] == "both", working=beside["gmc_number"].isin(working))
    beside = beside.merge(last, on="gmc_number", how="left", validate="many_to_one")
    return ListedBesideRegister(facts, everyone, beside.drop(columns="found"))
