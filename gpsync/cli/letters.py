"""Commands about letters: what one looks like before any is sent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gpsync.cli.application import SET_UP, app
from gpsync.cli.command import Commands
from gpsync.cli.console import say
from gpsync.mail_kinds import KINDS
from gpsync.writing import writing_to

if TYPE_CHECKING:
    from gpsync.letters.letters import Sender
    from gpsync.settings import Settings

letters = Commands(help="The letters that links are mailed with.", no_args_is_help=True)
app.add_typer(letters, name="letters", rich_help_panel=SET_UP)


#: The kinds of letter, as they are typed.
_TYPED = {kind.lower().replace("_", "-"): kind for kind in KINDS}


def _known(kind: str) -> str:
    if kind not in _TYPED:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(map(repr, _TYPED))}.")
    return kind


@letters.command("preview", epilog="Example: gpsync letters preview --kind first-link")
def preview_letter(
    kind: Annotated[
        str, typer.Option(help="Which letter.", callback=_known, metavar=f"<{'|'.join(_TYPED)}>")
    ] = "email-change",
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML here, to look at it.")] = None,
) -> None:
    """Show a letter to a made-up person, from this installation's sender. Nothing is sent."""
    from gpsync.environment import load_settings
    from gpsync.letters.letters import preview

    letter = preview(_TYPED[kind], _sender(load_settings()))
    for name, value in letter.headers.items():
        say(f"{name}: {value}")
    say()
    say(letter.text.rstrip("\n"))
    if html is not None:
        with writing_to(html):
            html.write_text(letter.html, encoding="utf-8", newline="\n")
        say()
        say(f"The HTML is in {html}.")


def _sender(settings: "Settings") -> "Sender":
    from gpsync.letters.letters import Sender

    return Sender(
        address=settings.mail_from,
        name=settings.mail_from_name,
        reply_to=settings.mail_reply_to,
        bounce=settings.mail_bounce,
        link_base_url=settings.link_base_url,
        verp=settings.mail_verp,
    )
