"""The command line application that every command joins."""

import typer

app = typer.Typer(
    name="gpsync",
    help="Keeps the GMC register, the performers list and practice approvals together, night by night.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which hold personal data
)
database = typer.Typer(help="The database's schema.", no_args_is_help=True)
app.add_typer(database, name="db")
