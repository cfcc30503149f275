"""The policy as drawn cases. They are tests, and `docs/rules.md` is printed from them."""
