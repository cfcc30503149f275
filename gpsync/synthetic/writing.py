"""Write made-up extracts, night by night, as the real sources would leave them in a folder."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path

from gpsync.extracts.layouts import WEEKLY
from gpsync.rules import Dataset
from gpsync.synthetic.days import day_number
from gpsync.synthetic.files import write_extract
from gpsync.synthetic.registers import Register, RegisterNight
from gpsync.synthetic.scenario import AccountShares, NightTrap, Rates, calendar
from gpsync.synthetic.surroundings import Surroundings

#: Where a re-issued night is put, where a user can fetch it; hidden, so that the inbox ignores it.
REVISED = ".revised"
#: Rows put into words at a time: a few hundred megabytes, whatever the size of the register.
_ROWS_AT_A_TIME = 200_000


def synthesise(
    directory: Path,
    *,
    doctors: int,
    nights: int,
    seed: int,
    last_night: date,
    rates: Rates = Rates(),
    shares: AccountShares = AccountShares(),
    datasets: Collection[Dataset] = tuple(Dataset),
    traps: bool = True,
    manifests: bool = True,
    public_list: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write `nights` nights of extracts ending on `last_night`; returns the CSV paths in the order of their dates.

    The register has a file for every weekday; the other datasets for every Monday, and for the last
    weekday. The same arguments give the same bytes.

    `shares` says how the accounts stand. `traps` adds what real extracts do to a careless reader: odd cells from the
    first night on, and odd nights, so far as the doctors and nights are enough for them. The re-issued night is
    written to the folder `.revised` in `directory` and is not among the paths returned. `manifests` writes
    `<file>.manifest.json` after each file. `public_list` writes the performers list as the public download is written,
    without practices and types. `progress` is called with the files written so far and in all.

    ValueError for no doctors, no nights, or more doctors than there are numbers for.
    """
    if nights < 1:
        raise ValueError(f"{nights} nights asked for: at least 1 is needed")
    register = Register(doctors, nights, seed, calendar(nights, last_night), rates, traps)
    wanted = [dataset for dataset in Dataset if dataset in datasets]
    total, paths = _file_count(register, wanted), []
    for done, path in enumerate(_write(directory, register, wanted, manifests, shares, public_list), start=1):
        # Revised files lie beside the nights, in a folder of their own.
        if path.parent == directory:
            paths.append(path)
        if progress:
            progress(done, total)
    return paths


def _file_count(register: Register, wanted: list[Dataset]) -> int:
    count = len(register.calendar.weekly) * len(set(wanted).intersection(WEEKLY))
    if Dataset.GMC_REGISTER in wanted:
        count += len(register.calendar.register) + (NightTrap.REISSUED in register.trap_nights())
    return count


def _write(
    directory: Path,
    register: Register,
    wanted: list[Dataset],
    manifests: bool,
    shares: AccountShares,
    public_list: bool,
) -> Iterator[Path]:
    surroundings: Surroundings | None = None
    for night in register.play():
        if Dataset.GMC_REGISTER in wanted:
            yield from _write_register(directory, night, manifests)
        weekly = [dataset for dataset in wanted if dataset in WEEKLY]
        if weekly and night.night in register.calendar.weekly:
            surroundings = surroundings or _surroundings(register, night, shares, public_list)
            for dataset in weekly:
                rows = surroundings.batch(dataset, day_number(night.night))
                path = directory / f"{dataset}_{night.night:%Y%m%d}.csv"
                is_public = public_list and dataset is Dataset.PERFORMERS_LIST
                yield write_extract(path, night.night, [rows], manifest=manifests, quoted=is_public)


def _surroundings(register: Register, night: RegisterNight, shares: AccountShares, public_list: bool) -> Surroundings:
    today, end = day_number(night.night), day_number(register.calendar.register[-1])
    return Surroundings(
        night.people,
        register.doctors,
        register.seed,
        today,
        end,
        traps=register.traps,
        shares=shares,
        public_list=public_list,
    )


def _write_register(directory: Path, night: RegisterNight, manifests: bool) -> Iterator[Path]:
    name = f"{Dataset.GMC_REGISTER}_{night.night:%Y%m%d}.csv"
    for folder, file in ((directory, night.file), (directory / REVISED, night.revised)):
        if file:
            batches = file.batches(_ROWS_AT_A_TIME)
            yield write_extract(folder / name, night.night, batches, manifest=manifests, cut=file.cut)
