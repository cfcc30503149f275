"""What lists show against each other is kept until it is approved or put right; groups of mismatches.

Revision ID: 0010
Revises: 0008
"""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """In plain SQL that stands beside this file."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
