"""Print the page anew."""

from tests.unit.reconciliation.examples.every import PAGE, told

PAGE.write_text("\n\n".join(told()) + "\n", encoding="utf-8")
