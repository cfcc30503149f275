"""Faults on purpose: a mail service that misbehaves as told, and what the mailout makes of it."""
