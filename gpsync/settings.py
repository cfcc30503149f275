"""Every setting, in one frozen record. In the environment each name is prefixed GPSYNC_."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gpsync import rules
from gpsync.actors import parse_people
from gpsync.errors import WrongUse
from gpsync.writing import check_folder


class Settings(BaseModel):
    """Where things are, and what is plausible. Percentages are of the records held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default=Path("~/.gpsync"), description="Folder for everything that has no setting of its own.")
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL 15 or later, as postgresql://user:password@host/database. "
        "Unset: an embedded PostgreSQL under HOME/postgres.",
    )
    inbox: Path | None = Field(default=None, description="Where extracts arrive. Unset: HOME/inbox.")
    archive: Path | None = Field(
        default=None,
        description="Where accepted files are kept; held, rejected and superseded ones are always under HOME. "
        "Unset: HOME/archive.",
    )
    reports: Path | None = Field(default=None, description="Where mismatch reports are put. Unset: HOME/reports.")
    settle_seconds: float = Field(
        default=10.0, ge=0, description="A file without a manifest is taken once it has not grown for this long."
    )
    largest_file: int = Field(
        default=rules.LARGEST_FILE, ge=1, description="Bytes. A larger file is refused, and stays in the inbox."
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
        default=rules.GONE_AT_LEAST, ge=0, description="Up to this many missing records never hold an extract."
    )
    new_percent: float = Field(
        default=rules.NEW_PERCENT, ge=0, description="Hold an extract with more records never seen before."
    )
    new_at_least: int = Field(
        default=rules.NEW_AT_LEAST, ge=0, description="Up to this many new records never hold an extract."
    )
    email_change_percent: float = Field(
        default=rules.EMAIL_CHANGE_PERCENT, ge=0, description="Hold an extract in which more addresses changed."
    )
    email_change_at_least: int = Field(
        default=rules.EMAIL_CHANGE_AT_LEAST,
        ge=0,
        description="Up to this many changed addresses never hold an extract.",
    )
    quarantine_percent: float = Field(
        default=rules.QUARANTINE_PERCENT, ge=0, description="Hold an extract of which more rows were quarantined."
    )
    report_names: bool = Field(
        default=False,
        description="Whether mismatch reports name doctors and practices beside their numbers. Set it only where "
        "everybody who may open the reports may also see the register.",
    )
    approval_overdue_days: int = Field(
        default=rules.APPROVAL_OVERDUE_DAYS,
        ge=1,
        description="Days after which an approval that is still pending is a mismatch.",
    )
    approval_escalate_days: int = Field(
        default=rules.APPROVAL_ESCALATE_DAYS, ge=1, description="Days after which that mismatch is high."
    )
    apply_lag_working_days: int = Field(
        default=rules.APPLY_LAG_WORKING_DAYS,
        ge=0,
        description="Working days that PCSE has to apply an approved change.",
    )
    stale_reference_days: int = Field(
        default=rules.STALE_REFERENCE_DAYS,
        ge=1,
        description="An extract older than this is not used: mismatches that need it are not assessed.",
    )
    oldest_extract_days: int = Field(
        default=rules.OLDEST_EXTRACT_DAYS, ge=1, description="Refuse an extract older than this."
    )
    retention_days: int = Field(
        default=rules.RETENTION_DAYS,
        ge=rules.RETENTION_LEAST_DAYS,
        description="Days after which an unused address is kept as a keyed hash only.",
    )
    address_secret: SecretStr | None = Field(
        default=None,
        description="The secret that makes those hashes. Unset: one is made and kept under HOME. Never change it: "
        "an address that comes back would not be recognised.",
    )

    people: str = Field(
        default="",
        description="The people behind this machine's accounts: `1001:j.harrow,1002:a.oak`, each a uid and a name. "
        "Only people named here count where two must agree. Set it where they cannot change it.",
    )

    smtp_host: str = Field(default="localhost", description="The mail service: an accredited one in production.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_user: str = Field(default="", description="The account that sends. Empty: no login, on loopback only.")
    smtp_password: SecretStr | None = Field(default=None, description="Its password.")
    imap_password: SecretStr | None = Field(
        default=None, description="The password of the mailbox that `gpsync bounces imaps://…` reads."
    )
    smtp_auth: Literal["password", "oauth2"] = Field(
        default="password", description="How the account logs in: `password`, or `oauth2` (Exchange Online)."
    )
    imap_auth: Literal["password", "oauth2"] = Field(
        default="password", description="The same for the mailbox that `gpsync bounces imaps://…` reads."
    )
    oauth_tenant: str = Field(
        default="", description="For `oauth2` at Exchange Online: the directory's (tenant's) id or domain."
    )
    oauth_token_url: str = Field(
        default="", description="For `oauth2` elsewhere: the https address that issues tokens, instead of a tenant."
    )
    oauth_client_id: str = Field(default="", description="The id of the application that is registered there.")
    oauth_client_secret: SecretStr | None = Field(default=None, description="Its secret.")
    oauth_scope: str = Field(
        default="https://outlook.office365.com/.default", description="What the tokens are asked for."
    )
    oauth_ca_file: Path | None = Field(
        default=None, description="Certificates to trust there instead of the system's, as PEM."
    )
    smtp_security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="`tls` from the first byte, `starttls`, or `none` on loopback only."
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="Certificates to trust instead of the system's, as PEM."
    )
    mail_from: str = Field(
        default="pcse.noreply@nhs.example", description="The address mails come from: that of the sending account."
    )
    mail_from_name: str = Field(default="Primary Care Support England", description="The name mails come from.")
    mail_reply_to: str = Field(default="", description="A mailbox that people read. Empty: no Reply-To.")
    mail_bounce: str = Field(
        default="", description="The mailbox that bounces return to, `bounces@example.org`. Empty: MAIL_FROM."
    )
    mail_verp: bool = Field(
        default=True,
        description="Whether each mail has a bounce address of its own (VERP), `bounces+v1.….1@example.org`. Set to "
        "false where such addresses may not send, as at Exchange Online: bounces are then recognised by "
        "envelope id and Message-ID.",
    )
    mail_live: bool = Field(
        default=False, description="Whether this installation may send at all; each run must also say --live."
    )
    rehearsal: bool = Field(
        default=False,
        description="This installation only rehearses: a live mailout may be for another day than today, through a "
        "mail service on this machine and to addresses under .example and .test only. A relay on this "
        "machine sends real mail: never set it where one listens.",
    )
    mail_allowed_domains: str = Field(
        default="", description="Outside production: the only domains that are mailed, separated by commas."
    )
    link_base_url: str = Field(
        default="https://pcse.example/verify",
        description="The start of every link: a slash and the link's token follow.",
    )
    link_secret: SecretStr | None = Field(
        default=None,
        description="The secrets of the links, as `id:secret`, separated by commas; the first makes new links. "
        "Unset: one is made and kept under HOME.",
    )
    link_hours: int = Field(default=rules.LINK_HOURS, ge=1, description="Hours that a link can be used.")
    reminders: int = Field(
        default=rules.REMINDERS,
        ge=0,
        le=1,
        description="Reminders: further links mailed when one was not used, 0 or 1.",
    )
    send_days: str = Field(
        default="mon,tue,wed,thu,fri", description="Weekdays on which links go out, bank holidays in England excepted."
    )
    bank_holidays: str = Field(
        default="",
        description="One-off bank holidays in England that this version does not know, such as 2027-05-10, separated "
        "by commas.",
    )
    send_hours: str = Field(
        default="8-18", description="Full hours of London's day between which links go out; 0-24 is the whole day."
    )
    daily_cap: int = Field(default=rules.DAILY_CAP, ge=0, description="Mails a day at most.")
    reserved_percent: int = Field(
        default=rules.RESERVED_PERCENT,
        ge=0,
        lt=100,
        description="The last part of the day's mails, in percent, that first links leave to all other mails.",
    )
    per_minute: int = Field(default=rules.PER_MINUTE, ge=0, description="Mails a minute at most; 0: no limit.")
    per_domain_minute: int = Field(
        default=rules.PER_DOMAIN_MINUTE,
        ge=0,
        description="Mails a minute at most to one receiving domain; 0: no limit.",
    )
    connections: int = Field(
        default=rules.CONNECTIONS, ge=1, le=32, description="Connections to the mail service at the same time."
    )
    audience: rules.Audience = Field(
        default=rules.Audience.PERFORMERS, description="Who is mailed: performers, gp_register or everyone."
    )
    hold_unlicensed: bool = Field(
        default=False, description="Hold links of listed doctors without a full licence instead of sending them."
    )
    volume_at_least: int = Field(
        default=rules.VOLUME_AT_LEAST, ge=1, description="Up to this many planned mails never need two people."
    )
    canary_mails: int = Field(
        default=rules.CANARY_MAILS,
        ge=1,
        description="Mails of a first mailout that go out before the rest waits to be released.",
    )
    canary_hours: int = Field(
        default=rules.CANARY_HOURS,
        ge=0,
        description="Hours after the last of these mails before the rest can be released.",
    )
    list_fresh_days: int = Field(
        default=rules.LIST_FRESH_DAYS,
        ge=1,
        description="Send nothing when the newest performers list is older than this.",
    )
    register_fresh_working_days: int = Field(
        default=rules.REGISTER_FRESH_WORKING_DAYS,
        ge=1,
        description="Send nothing when the newest register is older than this.",
    )
    delta_gap_waits: bool = Field(
        default=True,
        description="Send nothing while a working day's delta is missing. Set to false if days without changes bring "
        "no delta.",
    )

    @property
    def people_by_uid(self) -> dict[int, str]:
        """Who the accounts of this machine are."""
        return parse_people(self.people)

    @property
    def home_folder(self) -> Path:
        """HOME with `~` resolved."""
        return self.home.expanduser()

    @property
    def inbox_folder(self) -> Path:
        """Where extracts arrive."""
        return (self.inbox or self.home_folder / "inbox").expanduser()

    def check_inbox(self) -> None:
        """Raises WrongUse where the inbox was named and is not there: a new empty one would look like a quiet night."""
        is_expected = self.inbox is not None or os.path.lexists(self.inbox_folder)
        if is_expected and not self.inbox_folder.is_dir():
            raise WrongUse(
                f"There is no inbox {self.inbox_folder}, or it is no folder: correct GPSYNC_INBOX or --inbox, or "
                "create the folder."
            )

    def check_home(self) -> None:
        """Raises WrongUse where HOME cannot be made, or nothing can be written there."""
        check_folder("HOME", self.home_folder)

    def check_reports(self) -> None:
        """Raises WrongUse where no report can be put."""
        check_folder("REPORTS", self.reports_folder)

    def check_folders(self) -> None:
        """Raises WrongUse where the inbox is not there, or nothing can be written where results are put."""
        self.check_inbox()
        self.check_home()
        self.check_reports()
        check_folder("ARCHIVE", self.archive_folder)

    @property
    def reports_folder(self) -> Path:
        """Where mismatch reports are put, a folder for each day and `latest`."""
        return (self.reports or self.home_folder / "reports").expanduser()

    @property
    def archive_folder(self) -> Path:
        """Where files are kept once they have been taken from the inbox."""
        return (self.archive or self.home_folder / "archive").expanduser()
