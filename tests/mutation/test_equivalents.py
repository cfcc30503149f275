"""What is noted as a change that changes nothing is about a line that is still there."""

from pathlib import Path

import pytest

from tests.mutation.equivalents import EQUIVALENTS

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("noted", EQUIVALENTS, ids=lambda noted: f"{noted.path}: {noted.before}"[:80])
def test_an_equivalent_is_about_a_line_of_the_code(noted):
    lines = [line.strip() for line in (_ROOT / noted.path).read_text(encoding="utf-8").splitlines()]

    assert noted.before in lines
