"""The region a performer is listed in, against the regions of their practices."""

import re

import pandas as pd

from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import Performers, Row, texts
from gpsync.rules import Code, Owner

#: The regions of NHS England: their codes in the ODS, and names as the list writes them before `COMMISSIONING REGION`.
REGIONS = {
    "Y56": "London",
    "Y58": "South West",
    "Y59": "South East",
    "Y60": "Midlands",
    "Y61": "East of England",
    "Y62": "North West",
    "Y63": "North East and Yorkshire",
}
_BY_NAME = {name.casefold(): code for code, name in REGIONS.items()}
_ENDING = re.compile(r" commissioning region$")


def region_code(text: str) -> str | None:
    """The code of a region, from its code or its name, or None for a word that is neither."""
    plain = " ".join(text.replace("&", " and ").split())
    return plain.upper() if plain.upper() in REGIONS else _BY_NAME.get(_ENDING.sub("", plain.casefold()))


def pl_region_mismatch(on: Performers) -> list[Finding]:
    """The listed region is that of none of the doctor's practices, or no region at all (B23)."""
    listed = on.rows[on.rows["listed"] & on.rows["gmc_number"].notna()]
    strange = listed[listed["region"].notna() & region_codes(listed["region"]).isna()]
    unknown = {row["gmc_number"]: _unknown(row) for row in texts(strange, ["gmc_number", "region"])[::-1]}
    elsewhere = {row["gmc_number"]: row for row in _elsewhere(on, listed)}
    return list(unknown.values()) + [_mismatch(row) for number, row in elsewhere.items() if number not in unknown]


def _elsewhere(on: Performers, listed: pd.DataFrame) -> list[Row]:
    """Doctors whose practices all have a region, none of them the region they are listed in."""
    regions = on.facts.practices.reindex(columns=["practice_code", "region_code"]).astype("str")
    posts = listed.loc[listed["assigned"], ["gmc_number", "practice_code", "region"]]
    # Two rows of one practice may differ; either region will do.
    beside = posts.merge(regions.drop_duplicates(), on="practice_code", how="left", validate="many_to_many")
    there = region_codes(beside["region_code"])
    # A practice whose region is not known may well be in the listed one. A code that is no region of England is none.
    fits = beside["region_code"].isna() | (there.notna() & (there == region_codes(beside["region"])))
    settled = beside.loc[fits, "gmc_number"].unique()
    hits = beside[~beside["gmc_number"].isin(settled)]
    together: dict[str, dict[str, str]] = {}
    for row in texts(hits, ["gmc_number", "region", "practice_code", "region_code"]):
        own = together.setdefault(row["gmc_number"], {"gmc_number": row["gmc_number"], "region": row["region"]})
        place = f"{row['practice_code']} {REGIONS.get(row['region_code'], row['region_code'])}"
        own["practices"] = ", ".join(filter(None, (own.get("practices"), place)))
    return list(together.values())


def _mismatch(row: Row) -> Finding:
    return Finding(
        Code.PL_REGION_MISMATCH,
        key=row["gmc_number"],
        summary=f"Listed in {row['region'] or 'no region'}, but the practices are elsewhere: {row['practices']}.",
        gmc_number=row["gmc_number"],
        evidence={"region": row["region"], "practices": row["practices"]},
    )


def _unknown(row: Row) -> Finding:
    return Finding(
        Code.PL_REGION_MISMATCH,
        key=row["gmc_number"],
        summary=f"{row['region']!r} is not a region of NHS England.",
        gmc_number=row["gmc_number"],
        # The GP may move to another region, but did not write this word.
        owner=Owner.PCSE_PL,
        evidence={"region": row["region"]},
    )


def region_codes(words: "pd.Series[str]") -> "pd.Series[str]":
    """The codes of many regions, blank for a word that is none."""
    known = {word: region_code(word) for word in words.dropna().unique()}
    return words.map(known).astype("str")
