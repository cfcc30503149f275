"""The ways a command can stop, each with its exit status."""


class GpsyncError(Exception):
    """Something a person must know about; its text is one sentence for them, without personal data."""

    exit_status = 1


class RefusedExtract(GpsyncError):
    """An extract that cannot be read as what it claims to be. The text says what, where and what to do."""

    exit_status = 3


class NotWhole(GpsyncError):
    """A file that is still arriving; it is left where it is until the next run."""

    exit_status = 0


class WrongUse(GpsyncError):
    """A command was asked for something that is not possible."""

    exit_status = 2


class AlteredMail(GpsyncError):
    """A mail's row was changed after it was planned: it must not be handed over."""


class AlreadyRunning(GpsyncError):
    """Another run holds the lock (75 is EX_TEMPFAIL: try again later)."""

    exit_status = 75


class LockLost(AlreadyRunning):
    """The run lock was lost with its session, and another run holds it now."""


class DatabaseLost(GpsyncError):
    """The connection to the database was lost."""


class NotAllowed(GpsyncError):
    """Something that a rule forbids; the text names the rule, and who can do what about it."""

    exit_status = 3


class WrongSchema(GpsyncError):
    """The database has another schema version than this program."""

    exit_status = 1
