"""Two sets of made-up extracts, each written once: the register alone, and all six datasets."""

import pytest

from gpsync.rules import Dataset
from gpsync.synthetic.scenario import trap_nights
from gpsync.synthetic.writing import synthesise
from tests.unit.synthetic.reading import DOCTORS, FRIDAY, nights_of, rows


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("register")
    synthesise(directory, doctors=DOCTORS, nights=21, seed=8, last_night=FRIDAY, datasets=[Dataset.GMC_REGISTER])
    return directory


@pytest.fixture(scope="session")
def nights(directory):
    return nights_of(directory)


@pytest.fixture(scope="session")
def odd_nights(nights):
    return {trap: nights[place] for trap, place in trap_nights(len(nights), 21, DOCTORS).items()}


@pytest.fixture(scope="session")
def inbox(tmp_path_factory):
    directory = tmp_path_factory.mktemp("surroundings")
    synthesise(directory, doctors=6000, nights=21, seed=5, last_night=FRIDAY)
    return directory


@pytest.fixture(scope="session")
def last(inbox):
    return {dataset: rows(inbox / f"{dataset}_20260306.csv") for dataset in Dataset}


@pytest.fixture(scope="session")
def register(last):
    return {row["GMC Ref No"]: row for row in last[Dataset.GMC_REGISTER]}


@pytest.fixture(scope="session")
def medical(last):
    listed = [row for row in last[Dataset.PERFORMERS_LIST] if row["Alignment"] == "Medical"]
    return [row | {"GMC Ref No": row["GMC Ref No"].strip()} for row in listed]
