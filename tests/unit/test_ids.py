"""Ids and hashes that outlive a night: with others, first links would go out again and links would stop working."""

from datetime import date

import pandas as pd

from gpsync.link_tokens import LinkSecrets, fingerprint, make_token
from gpsync.mails import Person
from gpsync.reconciliation.facts import digest
from gpsync.register.pseudonyms import compared_hash, pseudonym
from gpsync.register.row_hash import row_hashes
from gpsync.rules import Registration
from gpsync.verification.seals import sealed
from gpsync.verification.triggers import about_address, first_link, invited_users
from gpsync.window.email_change import change_id

DAY = date(2026, 3, 2)
SECRET = b"a secret of the tests, long enough"
SECRETS = LinkSecrets.parse(f"a:{'x' * 40}")
LINK = "0" * 32


def test_an_email_change_has_the_id_that_it_always_had():
    assert change_id("9000001", "a@doctor.example", "b@doctor.example", DAY) == "ddd6f6737cc9a0c8"
    assert change_id("9000001", None, "b@doctor.example", DAY) == "e609ab9588f7ebdc"


def test_first_links_and_links_to_users_have_the_ids_that_they_always_had():
    ann = Person("9000001", "Ann", "Ann@doctor.example", "ann@doctor.example", Registration.LICENSED, True, False, None)
    columns = ("user_id", "practice_code", "full_name", "email", "account_status", "revoked_date")
    row = ("U1", "Z00001", "Pat", "Pat@practice.example", "Unverified", None)
    (user,) = invited_users(pd.DataFrame([row], columns=columns, dtype="str"), {}, (), DAY)

    assert first_link(ann, DAY).event_id == "first 9000001 b5f4e4d1e1f1439f"
    assert user.event_id == "user U1 b43b82b724e43915"
    assert about_address("first 9000001 of old", "ann@doctor.example") == "first 9000001 of b5f4e4d1e1f1439f"


def test_an_address_has_the_hashes_that_it_always_had():
    assert pseudonym(SECRET, "Ann@GP.example") == "hashed:0478ac14d2e7f55a744491baa648781d"
    assert compared_hash(SECRET, "Ann") == "1c3e4a880aef4c8e1873edae205236a5"
    assert digest("ann@gp.example") == "e785e386444471c8e7d8be9443bd62dec3664b3ba905cc426863d85f34db1906"


def test_a_links_token_and_a_mails_seal_are_what_they_always_were():
    token = make_token(SECRETS, key_id="a", link_id=LINK, generation=2, address_key="ann@gp.example")

    assert token == "JG2zPhjNOAJ8RKrQHuDqvSqPG9K0URndHZK_0yOxoT4"
    assert fingerprint(token) == "82df646914b6b1d6ddb7856a91e870ac1c877d7ed21c780e921650e7b808c72c"
    seal = "a:449d6420a69cae876a4e909902784ddc6e6560c147a4b30ac819f39d59285206"
    assert sealed(SECRETS, "m1", "Ann@GP.example", LINK, 2) == seal


def test_a_row_has_the_number_that_it_always_had():
    """With another one every row of the register would be read back in a night."""
    frame = pd.DataFrame([("Ada", None, "x")], columns=["surname", "email", "z"]).astype("str")

    assert row_hashes(frame, ["surname", "email", "other"]).tolist() == [5690990075125464828]
