"""The environment, read once into one frozen record. Every name is prefixed GPSYNC_."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gpsync import rules
from gpsync.errors import WrongUse


class Settings(BaseSettings):
    """Where things are and what is believable. Percentages are of the records held."""

    model_config = SettingsConfigDict(env_prefix="GPSYNC_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("~/.gpsync"), description="Folder for everything that has no setting of its own.")
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL 15 or later, as postgresql://user:password@host/database. "
        "Unset: an embedded PostgreSQL under HOME/postgres.",
    )
    inbox: Path | None = Field(default=None, description="Where extracts arrive. Unset: HOME/inbox.")
    archive: Path | None = Field(
        default=None, description="Where accepted, held and rejected files are kept. Unset: HOME/archive."
    )
    reports: Path | None = Field(default=None, description="Where mismatch reports are put. Unset: HOME/reports.")
    settle_seconds: float = Field(
        default=10.0, ge=0, description="A file without a manifest is taken once it has not grown for so long."
    )
    window_days: int = Field(
        default=rules.WINDOW_DAYS, ge=1, description="Days a new address must stand before its link is mailed."
    )
    row_count_percent: float = Field(
        default=rules.ROW_COUNT_PERCENT, gt=0, description="Hold a full extract whose row count differs by more."
    )
    gone_percent: float = Field(
        default=rules.GONE_PERCENT, ge=0, description="Hold an extract in which more of the known records are missing."
    )
    gone_at_least: int = Field(
        default=rules.GONE_AT_LEAST, ge=0, description="So many missing records are always believed."
    )
    new_percent: float = Field(
        default=rules.NEW_PERCENT, ge=0, description="Hold an extract with more records never seen before."
    )
    new_at_least: int = Field(default=rules.NEW_AT_LEAST, ge=0, description="So many new records are always believed.")
    email_change_percent: float = Field(
        default=rules.EMAIL_CHANGE_PERCENT, ge=0, description="Hold an extract in which more addresses changed."
    )
    email_change_at_least: int = Field(
        default=rules.EMAIL_CHANGE_AT_LEAST, ge=0, description="So many changed addresses are always believed."
    )
    quarantine_percent: float = Field(
        default=rules.QUARANTINE_PERCENT, ge=0, description="Hold an extract of which more rows were quarantined."
    )
    approval_overdue_days: int = Field(
        default=14, ge=1, description="Days after which an approval that is still pending is a mismatch."
    )
    approval_escalate_days: int = Field(default=28, ge=1, description="Days after which it is a grave one.")
    apply_lag_working_days: int = Field(
        default=5, ge=0, description="Working days that PCSE has to apply an approved change."
    )
    stale_reference_days: int = Field(
        default=7, ge=1, description="An extract older than this cannot be judged by: its mismatches are not assessed."
    )
    oldest_extract_days: int = Field(
        default=rules.OLDEST_EXTRACT_DAYS, ge=1, description="Refuse an extract older than this."
    )

    @property
    def home_folder(self) -> Path:
        """HOME with `~` resolved."""
        return self.home.expanduser()

    @property
    def inbox_folder(self) -> Path:
        """Where extracts arrive."""
        return (self.inbox or self.home_folder / "inbox").expanduser()

    @property
    def reports_folder(self) -> Path:
        """Where mismatch reports are put, a folder for each day and `latest`."""
        return (self.reports or self.home_folder / "reports").expanduser()

    @property
    def archive_folder(self) -> Path:
        """Where files are kept once they have been taken from the inbox."""
        return (self.archive or self.home_folder / "archive").expanduser()


def load_settings(*, inbox: str | Path | None = None) -> Settings:
    """The settings of this process's environment, with another inbox if one is given.

    Raises WrongUse naming the first setting that is wrong.
    """
    try:
        return Settings() if inbox is None else Settings(inbox=Path(inbox))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise WrongUse(f"GPSYNC_{name} is wrong: {first['msg']}. `gpsync settings` explains it.") from None
