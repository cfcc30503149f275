"""Which account has started this process, according to the kernel.

Names in the environment (LOGNAME, USER, SUDO_USER …) are whatever a person types, so they are never read.
"""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gpsync.actors import Actor, account_of
from gpsync.rules import ActorSource

_LOGIN = Path("/proc/self/loginuid")
_NAMESPACE = Path("/proc/self/uid_map")
#: What the kernel says where nobody has logged in, such as in cron or a container.
_NOBODY = 2**32 - 1
#: Numbers of accounts mean here what they mean to the kernel.
_WHOLE_MACHINE = ["0", "0", str(_NOBODY)]


@dataclass(frozen=True)
class Login:
    """The account of the process (`uid`), who logged in to it (`login`, None for nobody), and whether both are real.

    In a user namespace of one's own every number can be had for the asking: `is_true` is False there.
    """

    uid: int
    login: int | None
    is_true: bool = True


def this_login() -> Login:
    """What the kernel says of this process."""
    login_text = _read(_LOGIN)
    login = int(login_text) if login_text.isdigit() else _NOBODY
    namespace = _read(_NAMESPACE).split()
    return Login(os.getuid(), None if login == _NOBODY else login, namespace in ([], _WHOLE_MACHINE))


def actor(people: Mapping[int, str]) -> Actor:
    """Who has started this process. `people` are those whom the settings name, by uid."""
    return actor_of(this_login(), people)


def actor_of(login: Login, people: Mapping[int, str]) -> Actor:
    """The actor behind a login.

    The account that logged in counts, whatever account the person has switched to since. Where nobody is said to have
    logged in, a process may put anybody's number there once: so a login in another person's account does not count.
    """
    uid = login.uid if login.login is None else login.login
    source = ActorSource.ACCOUNT if login.login is None else ActorSource.LOGIN
    name = people.get(uid)
    if name is None:
        shown = _name_of(uid)
        return Actor(shown, source, account_of(uid), doubt=_unknown(shown, uid, people))
    if not login.is_true:
        doubt = "In a user namespace an account's number proves nothing: run gpsync outside of it."
        return Actor(name, source, account_of(uid), doubt=doubt)
    if people.get(login.uid, name) != name:
        doubt = (
            f"The login is recorded as {name}'s, but the account is that of {people[login.uid]}: "
            "use your own account, or sudo from it to the account that runs gpsync."
        )
        return Actor(name, source, account_of(uid), doubt=doubt)
    return Actor(name, source, account_of(uid), is_person=True)


def _unknown(name: str, uid: int, people: Mapping[int, str]) -> str:
    known = "names others" if people else "names nobody yet"
    return (
        f"gpsync does not know who {name} (uid {uid}) is: GPSYNC_PEOPLE {known}. An administrator sets it, such as "
        "GPSYNC_PEOPLE=1001:j.harrow,1002:a.oak, with the uid and the name of everybody who decides."
    )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return account_of(uid)


def _read(path: Path) -> str:
    """What the kernel says; nothing where it says nothing."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
