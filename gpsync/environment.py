"""The settings as the environment gives them, and the files that it names."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from gpsync.actors import parse_people
from gpsync.bank_holidays import observe_also, parse_bank_holidays
from gpsync.errors import WrongUse
from gpsync.settings import Settings


def load_settings(*, inbox: str | Path | None = None) -> Settings:
    """The settings of this process's environment, with another inbox if one is given.

    A secret may be kept in a file that GPSYNC_<NAME>_FILE names. Raises WrongUse naming the first setting that is
    wrong.
    """
    given: dict[str, Any] = {} if inbox is None else {"inbox": Path(inbox)}
    try:
        settings = Settings(**{**_from_environment(), **_from_files(), **given})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        what = "write true or false" if first["type"].startswith("bool") else first["msg"]
        raise WrongUse(f"GPSYNC_{name} is wrong: {what}. `gpsync settings` explains it.") from None
    _check_home(settings.home)
    parse_people(settings.people)
    observe_also(parse_bank_holidays(settings.bank_holidays))
    return settings


def _check_home(home: Path) -> None:
    try:
        folder = home.expanduser()
    except RuntimeError:
        raise WrongUse(f"GPSYNC_HOME is {home}: there is no such account. Name the folder itself.") from None
    if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - Path's raises where it may not look
        raise WrongUse(f"GPSYNC_HOME is {folder}: that is not a folder. Name a folder.")


def strange_names() -> list[str]:
    """A sentence for each variable of the environment that looks like a setting of ours and is none."""
    secrets = [name for name, field in Settings.model_fields.items() if field.annotation == SecretStr | None]
    known = [f"GPSYNC_{name.upper()}" for name in (*Settings.model_fields, *(f"{name}_file" for name in secrets))]
    found = []
    for name in sorted(one for one in os.environ if one.upper().startswith("GPSYNC_") and one not in known):
        meant = get_close_matches(name.upper(), known, 1)
        hint = f"did you mean {meant[0]}?" if meant else "`gpsync settings` lists the settings."
        found.append(f"{name} is not a setting and is ignored: {hint}")
    return found


def _from_environment() -> dict[str, str]:
    """The settings that the environment names in capitals, by their names here; an empty one is not set."""
    named = {name: os.environ.get(f"GPSYNC_{name.upper()}") for name in Settings.model_fields}
    return {name: value for name, value in named.items() if value}


def _from_files() -> dict[str, Any]:
    """The secrets whose files the environment names, by setting."""
    found: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        path = os.environ.get(f"GPSYNC_{name.upper()}_FILE")
        if not path or field.annotation != SecretStr | None:
            continue
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise WrongUse(f"GPSYNC_{name.upper()}_FILE names no file that can be read: {path}.") from None
    return found
