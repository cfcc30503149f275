"""When, and in what order: the runs as Prefect, or a plain scheduler, starts them. What they do is `gpsync.operations`.

Importing it gives Prefect its settings, for every way in which a flow is started; it is imported before Prefect. A
setting that is already in the environment stays as it is. A worker has imported Prefect before us: `prefect.yaml` says
the same to its runs.
"""

import os

#: Unless the environment says otherwise.
SETTINGS = {
    # Nothing about this pipeline leaves the machine.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # Runs are those of the API that is configured, or nobody's: a temporary server would outlive a killed run.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # An API that does not answer, or asks for ten minutes' patience, is given up before it has held up the night.
    "PREFECT_CLIENT_MAX_RETRIES": "0",
    "PREFECT_API_REQUEST_TIMEOUT": "10",
    # Prefect logs the exceptions it receives a second time, with their whole stack.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "gpsync",
}

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
# A worker's runs do not come by the command line. What is made is the owner's alone.
os.umask(0o077)
