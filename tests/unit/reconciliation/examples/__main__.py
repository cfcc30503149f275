"""Print the pages anew."""

from tests.unit.reconciliation.examples.every import NEEDS, PAGE, needed, told

PAGE.write_text("\n\n".join(told()) + "\n", encoding="utf-8")
NEEDS.write_text("\n".join(needed()) + "\n", encoding="utf-8")
