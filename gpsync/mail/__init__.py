"""Handing mails to the mail service, and reading those that come back. Edges: nothing is decided here."""
