"""Two nights of a register: the second with 0.5 % of the addresses changed and 0.1 % of the doctors gone."""

from datetime import date
from pathlib import Path

from gpsync.rules import Dataset
from gpsync.synthetic.writing import synthesise

NIGHTS = (date(2026, 11, 16), date(2026, 11, 17))
_CHANGED_EACH, _GONE_EACH = 200, 1000


def two_nights(folder: Path, doctors: int) -> tuple[Path, Path]:
    """The two nights' files in `folder`, written if they are not there: 47 columns and the email address."""
    first = folder / f"gmc_register_{NIGHTS[0]:%Y%m%d}.csv"
    second = folder / f"gmc_register_{NIGHTS[1]:%Y%m%d}.csv"
    if not second.exists():
        synthesise(
            folder,
            doctors=doctors,
            nights=1,
            seed=1,
            last_night=NIGHTS[0],
            datasets=[Dataset.GMC_REGISTER],
            traps=False,
            manifests=False,
        )
        _write_second(first, second)
    return first, second


def _write_second(first: Path, second: Path) -> None:
    hidden = second.with_name(f".{second.name}")
    with first.open(encoding="utf-8") as lines, hidden.open("w", encoding="utf-8") as out:
        out.write(next(lines))
        for number, line in enumerate(lines):
            if number % _GONE_EACH == 7:
                continue
            # Every address has one of the domains that end in `.example`; a new host is a new address.
            out.write(line.replace("@", "@new.", 1) if number % _CHANGED_EACH == 3 else line)
    hidden.rename(second)
