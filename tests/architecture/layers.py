"""Which module belongs to which layer."""

#: Touch one thing of the world each: files, the database, the mail service, the terminal, the environment.
EDGES = (
    "gpsync.cli",
    "gpsync.command_line",
    "gpsync.environment",
    "gpsync.extracts.archive",
    "gpsync.extracts.inbox",
    "gpsync.extracts.inbox_messages",
    "gpsync.extracts.moving",
    "gpsync.extracts.reading",
    "gpsync.extracts.scanning",
    "gpsync.extracts.unpacking",
    "gpsync.interrupts",
    "gpsync.login",
    "gpsync.mail",
    "gpsync.progress",
    "gpsync.reports.acknowledgements",
    "gpsync.reports.flat_files",
    "gpsync.reports.publishing",
    "gpsync.reports.sheets",
    "gpsync.reports.workbook",
    "gpsync.settings",
    "gpsync.store",
    "gpsync.synthetic",
    "gpsync.tracebacks",
    "gpsync.writing",
)
#: Known to everybody, so anybody may import them.
COMMON = (
    "gpsync.actors",
    "gpsync.bank_holidays",
    "gpsync.errors",
    "gpsync.extracts.dates",
    "gpsync.extracts.headings",
    "gpsync.extracts.layouts",
    "gpsync.extracts.mistranslation",
    "gpsync.extracts.naming",
    "gpsync.frames",
    "gpsync.london",
    "gpsync.mail_kinds",
    "gpsync.mails",
    "gpsync.mismatches",
    "gpsync.records",
    "gpsync.register.characters",
    "gpsync.reports.columns",
    "gpsync.reports.report",
    "gpsync.rules",
    "gpsync.working_days",
)
_LAYERS = (
    ("flow", ("flows",)),
    ("operation", ("gpsync.operations",)),
    ("expectation", ("expectations",)),
    ("common", COMMON),
    ("edge", EDGES),
)


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a module, or a name in it, belongs to one of these packages or modules."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer(name: str) -> str:
    """The layer of a module: `flow`, `operation`, `expectation`, `common`, `edge` or `decision`."""
    return next((one for one, packages in _LAYERS if is_within(name, packages)), "decision")
