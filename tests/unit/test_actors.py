"""Who acts, by the kernel's word and the setting PEOPLE, and who counts as two people."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync import login
from gpsync.actors import PROGRAM, Actor, are_two_people, on_record, parse_people
from gpsync.environment import load_settings
from gpsync.errors import WrongUse
from gpsync.login import Login, actor_of, this_login
from gpsync.rules import ActorSource
from gpsync.verification.releasing import Step, asker, next_step

PEOPLE = parse_people("1001:j.harrow, 1002:a.oak, 1011:j.harrow")
HARROW, OAK = (actor_of(Login(uid, uid), PEOPLE) for uid in (1001, 1002))
#: The account that cron runs gpsync with, and somebody whom the setting does not name.
SERVICE, STRANGER = (actor_of(Login(uid, None), PEOPLE) for uid in (990, 1003))


# --- the setting ---------------------------------------------------------------------------------------


def test_the_setting_names_people_by_uid():
    assert parse_people("") == {}
    assert PEOPLE == {1001: "j.harrow", 1002: "a.oak", 1011: "j.harrow"}
    assert parse_people("4294967294:z.last,") == {4294967294: "z.last"}


@pytest.mark.parametrize(
    "wrong",
    [
        "j.harrow",
        "1001",
        "1001:",
        ":j.harrow",
        "x:j.harrow",
        "-1:j.harrow",
        "4294967295:nobody",
        "1001:a\tb",
        "1:uid:2",
    ],
)
def test_a_setting_that_cannot_be_read_is_wrong_use(wrong, monkeypatch):
    monkeypatch.setenv("GPSYNC_PEOPLE", wrong)
    with pytest.raises(WrongUse, match=r"GPSYNC_PEOPLE.*write uid:name"):
        load_settings()


def test_an_account_is_one_persons():
    with pytest.raises(WrongUse, match="two people for uid 1001"):
        parse_people("1001:j.harrow,1001:a.oak")


# --- the kernel's word ---------------------------------------------------------------------------------

ACTORS = [
    # what the kernel says, the name, how it is known, and whether it is a person
    (Login(1001, 1001), "j.harrow", "login", True),
    (Login(1001, None), "j.harrow", "account", True),
    # sudo and su change the account of the process, never who logged in
    (Login(0, 1002), "a.oak", "login", True),
    (Login(990, 1002), "a.oak", "login", True),
    (Login(1011, 1001), "j.harrow", "login", True),
    # whoever logged in as a stranger stays one, whatever account they have taken
    (Login(1001, 4242), "uid:4242", "login", False),
    # where nobody is said to have logged in, anybody may put a number there once
    (Login(1001, 1002), "a.oak", "login", False),
    # in a user namespace every number is to be had
    (Login(1001, 1001, is_true=False), "j.harrow", "login", False),
    (Login(4242, None), "uid:4242", "account", False),
]


@pytest.mark.parametrize(("kernel_login", "name", "source", "is_person"), ACTORS)
def test_an_actor_is_whoever_logged_in_or_else_the_account(kernel_login, name, source, is_person):
    actor = actor_of(kernel_login, PEOPLE)

    assert (actor.name, actor.source, actor.is_person) == (name, source, is_person)
    assert bool(actor.doubt) is not is_person


def test_a_name_in_the_environment_changes_nothing(monkeypatch):
    before = login.actor(PEOPLE)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER", "SUDO_UID"):
        monkeypatch.setenv(name, "1002" if name == "SUDO_UID" else "a.oak")

    assert login.actor(PEOPLE) == before


def test_an_account_that_nobody_named_is_shown_by_its_name_on_this_machine():
    assert actor_of(Login(0, None), {}).name == "root"
    assert "GPSYNC_PEOPLE names nobody yet" in actor_of(Login(0, None), {}).doubt


def test_the_kernel_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(login, "_LOGIN", tmp_path / "loginuid")
    assert this_login() == Login(os.getuid(), None)
    for said, understood in (("4294967295", None), ("1002", 1002), ("1002\n", 1002), ("0", 0)):
        (tmp_path / "loginuid").write_text(said)
        assert this_login().login == understood


@pytest.mark.parametrize(
    ("said", "is_true"), [("0 0 4294967295", True), ("1002 1001 1", False), ("0 100000 65536", False)]
)
def test_a_user_namespace_is_noticed(tmp_path, monkeypatch, said, is_true):
    monkeypatch.setattr(login, "_NAMESPACE", tmp_path / "uid_map")
    (tmp_path / "uid_map").write_text(f"  {said}\n")

    assert this_login().is_true is is_true


# --- two people ----------------------------------------------------------------------------------------

#: The same person by an identity of another kind.
HARROW_ELSEWHERE = Actor("J.Harrow", ActorSource.LOGIN, "issuer#7", is_person=True)


@pytest.mark.parametrize(
    ("first", "second", "are_two"),
    [
        (HARROW, OAK, True),
        (OAK, HARROW, True),
        (HARROW, HARROW, False),
        # one person with two accounts
        (HARROW, actor_of(Login(1011, 1011), PEOPLE), False),
        # one account whose name was changed in between
        (HARROW, actor_of(Login(1001, 1001), {1001: "b.ash"}), False),
        (HARROW, HARROW_ELSEWHERE, False),
        (OAK, HARROW_ELSEWHERE, True),
        (HARROW, STRANGER, False),
        (STRANGER, SERVICE, False),
        (HARROW, SERVICE, False),
        (HARROW, PROGRAM, False),
        (HARROW, None, False),
        (None, None, False),
    ],
)
def test_two_people_are_two_whom_the_setting_names(first, second, are_two):
    assert are_two_people(first, second) is are_two


_ANYBODY = st.builds(
    Login, st.sampled_from([0, 990, *PEOPLE]), st.sampled_from([None, 0, 990, *PEOPLE]), st.booleans()
).map(lambda kernel_login: actor_of(kernel_login, PEOPLE))


@given(_ANYBODY, _ANYBODY)
def test_two_people_have_two_names_two_accounts_and_are_both_known(first, second):
    assert are_two_people(first, second) == are_two_people(second, first)
    if are_two_people(first, second):
        assert first.name != second.name and first.account != second.account
        assert {first.name, second.name} <= set(PEOPLE.values())


def test_whoever_a_row_names_is_a_person_if_the_setting_gives_that_account_that_name():
    assert on_record("j.harrow", "uid:1001", PEOPLE).is_person
    assert on_record("J.Harrow", "uid:1001", PEOPLE).is_person
    for name, account in (("a.oak", "uid:1001"), ("j.harrow", ""), ("j.harrow", "uid:1002"), ("root", "uid:0")):
        assert not on_record(name, account, PEOPLE).is_person


# --- held mails ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "by", "step"),
    [
        # the program planned them: the first approval asks, whoever it is
        (PROGRAM, HARROW, Step.ASK),
        (SERVICE, HARROW, Step.ASK),
        # a person ordered them: the first approval of somebody else releases
        (HARROW, OAK, Step.RELEASE),
        (HARROW, HARROW, "j.harrow asked for these mails"),
        (HARROW, STRANGER, "It takes two people"),
        (PROGRAM, STRANGER, "It takes two people"),
        (PROGRAM, PROGRAM, "It takes two people"),
    ],
)
def test_who_may_release_held_mails(opened, by, step):
    answer = next_step(opened, asker(opened), by)

    assert answer is step if isinstance(step, Step) else str(answer).startswith(step)


def test_whoever_planned_the_mails_is_not_the_one_who_decides_although_another_asked():
    """A hold from before accounts were kept names who ran the mailout, and nobody as asking."""
    before = Actor("j.harrow", ActorSource.PROGRAM)

    assert next_step(before, None, HARROW) is Step.ASK
    assert "j.harrow planned these mails" in str(next_step(before, OAK, HARROW))
    assert next_step(before, HARROW, OAK) is Step.RELEASE
