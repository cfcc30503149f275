"""Made-up worlds of a few doctors, practices and users that change at random."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.outcomes import words

Record = dict[str, str]


@dataclass
class World:
    """Records by what they are: doctors as the register shows them, posts, accounts, users, practices, cases."""

    story: int
    doctors: dict[str, Record]
    posts: list[Record]
    accounts: dict[str, Record] = field(default_factory=dict)
    users: list[Record] = field(default_factory=list)
    practices: dict[str, Record] = field(default_factory=dict)
    cases: list[Record] = field(default_factory=list)
    #: Doctors of whom the register of this night says nothing, or nothing that can be read.
    missing: set[str] = field(default_factory=set)
    garbled: set[str] = field(default_factory=set)
    #: Doctors whose record reads otherwise than the night before.
    touched: set[str] = field(default_factory=set)


def begin(random: Random, story: int, day: date) -> World:
    """The world of a story before its first night; no other story's doctors are in it."""
    numbers = [f"9{story:03}{place:03}" for place in range(1, random.randint(3, 5) + 1)]
    world = World(story, {number: _doctor(random, story, number) for number in numbers}, [])
    if random.random() < 0.15 and len(numbers) > 3:
        # Two numbers that look like one doctor.
        first = world.doctors[numbers[0]]
        world.doctors[numbers[-1]] |= {name: first[name] for name in ("surname", "given", "qualified", "email")}
    world.posts = [_post(random, world, number, day) for number in numbers]
    # Some have a second post, perhaps the same one twice.
    world.posts += [_post(random, world, number, day) for number in numbers if random.random() < 0.2]
    world.practices = {code: _practice(random, code) for code in _codes(story)}
    for number in numbers:
        if random.random() < 0.5:
            world.accounts[number] = _account(random, world, number, day)
    world.users = [_user(random, world, place, day) for place in range(random.randint(1, 4))]
    world.cases = [_case(random, world, place, day) for place in range(random.randint(0, 3))]
    return world


def _codes(story: int) -> list[str]:
    return [code.format(story) for code in words.PRACTICES]


def _some_address(random: Random, story: int, addresses: Sequence[str] = words.ADDRESSES) -> str:
    return random.choice(addresses).format(story)


def _doctor(random: Random, story: int, number: str) -> Record:
    return {
        "number": number,
        "surname": random.choice(words.SURNAMES),
        "given": random.choice(words.GIVEN_NAMES),
        "others": random.choice(("", "", "Rowan")),
        "qualified": str(random.choice((1999, 2001, 2012))),
        "gp_since": random.choice(
            ("2010-01-01", "2010-01-01", "2010-01-01", "2010-01-01", "2019-08-07", "1900-01-01", "")
        ),
        "status": words.LICENSED if random.random() < 0.85 else random.choice(words.STATUSES),
        "conditions": random.choice("NNNNY"),
        "undertakings": random.choice("NNNNY"),
        "email": _own(number) if random.random() < 0.85 else random.choice(("", _some_address(random, story))),
    }


def _own(number: str) -> str:
    """A doctor's first address."""
    return f"d{number}@doctor.example"


def _post(random: Random, world: World, number: str, day: date) -> Record:
    doctor, codes = world.doctors[number], _codes(world.story)
    start = day - timedelta(days=random.choice((3, 40, 900, 3000)))
    same_name = random.random() < 0.9
    return {
        "alignment": "Medical" if random.random() < 0.95 else "Dental",
        "number": number if random.random() < 0.96 else random.choice((f"9{world.story:03}999", f"X{world.story}")),
        "forenames": doctor["given"] or "Pat",
        "surname": doctor["surname"] if same_name else "Rowan",
        "role": words.PERFORMER_ROLES[random.random() < 0.1],
        "type": random.choice(words.PERFORMER_TYPES),
        "status": "Included" if random.random() < 0.8 else random.choice(words.LISTINGS),
        "effective": "",
        "first": "2012-01-01",
        "gp_since": doctor["gp_since"] if random.random() < 0.9 else "2011-11-11",
        "region": random.choice(words.REGIONS),
        "practice": random.choice((*codes, "", words.NO_PRACTICE)) if random.random() < 0.9 else "",
        "start": start.isoformat(),
        "end": (day + timedelta(days=random.choice((-20, 9)))).isoformat() if random.random() < 0.1 else "",
        "commitment": random.choice(("11", "44", "66", "100", "")),
        "worked": (day - timedelta(days=random.choice((5, 30, 400)))).isoformat(),
        "conditions": random.choice("NNNY"),
    }


def _account(random: Random, world: World, number: str, day: date) -> Record:
    verified = (day - timedelta(days=random.choice((1, 30, 300)))).isoformat() if random.random() < 0.6 else ""
    email = world.doctors[number]["email"]
    if not email or random.random() < 0.25:
        email = random.choice((_some_address(random, world.story, words.ADDRESSES[:4]), f"old.{_own(number)}"))
    return {"email": email, "status": random.choice(words.ACCOUNT_STATUSES), "verified": verified}


def _user(random: Random, world: World, place: int, day: date) -> Record:
    first, second = (f"U{world.story:03}{one}" for one in (0, 1))
    waits = random.random() < 0.4
    own = f"u{place}@surgery{world.story}.example"
    return {
        "id": f"U{world.story:03}{place}" if random.random() < 0.9 else first,
        "practice": random.choice(_codes(world.story)),
        "name": random.choice(("Jo Reed", "Sam Moss", "")),
        "email": own if random.random() < 0.85 else f"shared@surgery{world.story}.example",
        "role": random.choice(words.ROLES),
        "status": "Unverified" if waits else random.choice(words.ACCOUNT_STATUSES),
        "granted": (day - timedelta(days=random.choice((0, 10, 800)))).isoformat(),
        "revoked": (day - timedelta(days=2)).isoformat() if random.random() < 0.05 else "",
        "nominator": random.choice(("", first, second)),
        "linked": random.choice(("", "", f"9{world.story:03}001")),
    }


def _practice(random: Random, code: str) -> Record:
    closed = random.random() < 0.12
    return {
        "code": code,
        "name": f"SURGERY {code}",
        "region": "Y56",
        "opened": "1990-01-01",
        "closed": "2026-06-30" if closed else "",
        "status": "C" if closed else random.choice(words.PRACTICE_STATUSES),
        "icb": "QMJ",
        "setting": random.choice(words.SETTINGS),
    }


def _case(random: Random, world: World, place: int, day: date) -> Record:
    numbers, story = [*world.doctors], world.story
    submitted = day - timedelta(days=random.choice((1, 10, 16, 40, 500)))
    decision = random.choice(words.DECISIONS)
    answered = decision in ("APPROVED", "REJECTED")
    icb = random.choice(words.DECISIONS)
    return {
        "id": f"CAS{story:03}{place:03}",
        "number": random.choice((*numbers, f"9{story:03}777")),
        "practice": random.choice((*_codes(story), words.NO_PRACTICE)),
        "change": random.choice(words.CHANGES),
        "from": random.choice(words.PERFORMER_TYPES),
        "to": random.choice(words.PERFORMER_TYPES),
        "commitment": random.choice(("", "44")),
        "submitted": submitted.isoformat(),
        "effective": (submitted + timedelta(days=random.choice((-400, 5, 30)))).isoformat(),
        "decision": decision,
        "decided": (submitted + timedelta(days=1)).isoformat() if answered else "",
        "by": f"U{story:03}{random.randint(0, 2)}" if answered else "",
        "icb": icb,
        "icb_decided": submitted.isoformat() if icb in ("APPROVED", "REJECTED") else "",
        "status": random.choice(words.CASE_STATUSES),
    }


def go_on(random: Random, world: World, day: date) -> None:
    """What has happened since the night before."""
    world.missing, world.garbled, world.touched = set(), set(), set()
    for number, doctor in world.doctors.items():
        if random.random() < 0.3:
            _touch(random, world, number, doctor, day)
    if random.random() < 0.35:
        post = random.choice(world.posts)
        post |= _moved(random, world, post, day)
    if random.random() < 0.3 and world.accounts:
        _change_account(random, world, day)
    if random.random() < 0.35:
        world.users.append(_user(random, world, len(world.users), day))
    if random.random() < 0.2 and world.users:
        random.choice(world.users)["status"] = random.choice(words.ACCOUNT_STATUSES)
    if random.random() < 0.25:
        world.cases.append(_case(random, world, len(world.cases), day))
    if random.random() < 0.2 and world.cases:
        place = random.randrange(len(world.cases))
        world.cases[place] |= {"status": random.choice(words.CASE_STATUSES), "decision": random.choice(words.DECISIONS)}
    if random.random() < 0.1:
        code = random.choice(_codes(world.story))
        world.practices[code] = _practice(random, code)


def _touch(random: Random, world: World, number: str, doctor: Record, day: date) -> None:
    """Something happens to a doctor's record: mostly to the address."""
    what = random.choices(("email", "status", "back", "name", "missing", "garbled"), (10, 3, 2, 1, 2, 1))[0]
    world.touched.add(number)
    if what == "missing":
        world.missing.add(number)
    elif what == "garbled":
        world.garbled.add(number)
    elif what == "status":
        doctor["status"] = random.choice(words.STATUSES)
    elif what == "back":
        doctor["status"] = words.LICENSED
    elif what == "name":
        doctor["surname"] = random.choice(words.SURNAMES)
    else:
        doctor["email"] = _address(random, world.story, number, day)


def _address(random: Random, story: int, number: str, day: date) -> str:
    """Mostly an address of their own, sometimes the first one again, another's or none."""
    place = random.random()
    if place < 0.5:
        return f"d{number}.{day:%m}@doctor.example"
    if place < 0.65:
        return _own(number)
    return "" if place < 0.72 else _some_address(random, story)


def _moved(random: Random, world: World, post: Record, day: date) -> Record:
    status = random.choice(("Included", "Included", *words.LISTINGS))
    effective = (
        (day + timedelta(days=random.choice((-3, 0, 20)))).isoformat() if status in ("Removed", "Withdrawn") else ""
    )
    return {
        "status": status,
        "effective": effective,
        "practice": random.choice((post["practice"], *_codes(world.story))),
        "type": random.choice(words.PERFORMER_TYPES),
        "end": day.isoformat() if random.random() < 0.1 else post["end"],
    }


def _change_account(random: Random, world: World, day: date) -> None:
    number = random.choice(sorted(world.doctors))
    world.accounts[number] = _account(random, world, number, day)
