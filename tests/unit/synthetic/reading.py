"""Reading made-up extracts back, without the help of what wrote them."""

import csv
import io
from collections import defaultdict
from datetime import date, datetime

FRIDAY = date(2026, 3, 6)
DOCTORS = 2000


class Night:
    """One register file, read without the help of what wrote it."""

    def __init__(self, path):
        self.path, self.text = path, path.read_text(encoding="utf-8")
        self.whole = self.text.endswith("\n")
        self.rows = list(csv.DictReader(io.StringIO(self.text, newline="")))
        self.headings = next(csv.reader([self.text.split("\n", 1)[0]]))

    def emails(self):
        return {row["GMC Ref No"]: row["Email Address"] for row in self.rows}


def nights_of(directory):
    return [Night(path) for path in sorted(directory.glob("gmc_register_2*.csv"))]


def changed(before, after):
    """Numbers held on both nights whose address reads otherwise, whatever its case."""
    return {key for key in before.keys() & after.keys() if before[key].lower() != after[key].lower()}


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text):
    """A date of any of these extracts, None for a blank."""
    for form in ("%Y-%m-%d", "%d %B %Y", "%Y%m%d", "%d%m%Y"):
        try:
            return datetime.strptime(text.zfill(8) if text.isdigit() else text, form).date()
        except ValueError:
            continue
    return None


def by(listing, *columns):
    grouped = defaultdict(list)
    for row in listing:
        grouped[tuple(row[column] for column in columns)].append(row)
    return grouped
