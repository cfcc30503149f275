"""Approval cases (B26 to B41). Pure."""
