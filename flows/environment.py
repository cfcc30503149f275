"""Prefect's own settings, for every way in which a flow is started. Import this before Prefect.

A setting that is already in the environment stays as it is.
"""

import os

_SETTINGS = {
    # Nothing about this pipeline leaves the machine.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # On a fresh home the temporary server takes longer than Prefect's own limit of 20 seconds.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # Prefect logs the exceptions it is told of a second time, with their whole stack.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "gpsync",
}

for _name, _value in _SETTINGS.items():
    os.environ.setdefault(_name, _value)
