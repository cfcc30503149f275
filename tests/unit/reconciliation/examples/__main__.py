"""Print the pages anew."""

from tests.unit.reconciliation.examples.every import NEEDS, PAGE, expected, needed

PAGE.write_text("\n\n".join(expected()) + "\n", encoding="utf-8")
NEEDS.write_text("\n".join(needed()) + "\n", encoding="utf-8")
