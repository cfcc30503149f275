"""How fast mails may go out, by a clock that the test turns."""

import threading

from gpsync.mail.throttle import Throttle


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _sent_by(throttle, clock, domains, seconds):
    """Send as early as allowed for `seconds`; the instants, from the start, by domain."""
    end, sent = clock.now + seconds, []
    start = clock.now
    for domain in domains:
        clock.now += throttle.wait_for(domain)
        if clock.now >= end:
            break
        throttle.took(domain)
        sent.append((round(clock.now - start, 6), domain))
    return sent


def test_the_first_mail_goes_at_once():
    assert Throttle(20, 5, Clock()).wait_for("nhs.example") == 0


def test_mails_are_spread_evenly_over_the_minute():
    clock = Clock()

    sent = _sent_by(Throttle(20, 0, clock), clock, ["nhs.example"] * 100, 60)

    assert [at for at, _ in sent] == [3.0 * number for number in range(20)]


def test_a_domain_waits_longer_than_the_others():
    clock = Clock()
    throttle = Throttle(60, 6, clock)

    throttle.took("nhs.example")

    assert throttle.wait_for("nhs.example") == 10
    assert throttle.wait_for("doctor.example") == 1


def test_capitals_make_no_other_domain():
    clock = Clock()
    throttle = Throttle(0, 6, clock)

    throttle.took("NHS.example")

    assert throttle.wait_for("nhs.EXAMPLE") == 10


def test_no_more_than_the_limit_goes_to_one_domain_in_any_minute():
    clock = Clock()

    sent = _sent_by(Throttle(0, 6, clock), clock, ["nhs.example", "doctor.example"] * 100, 300)

    instants = [at for at, domain in sent if domain == "nhs.example"]
    assert len(instants) == 30
    assert max(sum(start <= at < start + 60 for at in instants) for start in instants) == 6


def test_no_limit_means_no_waiting():
    clock = Clock()

    assert len(_sent_by(Throttle(0, 0, clock), clock, ["nhs.example"] * 500, 1)) == 500


def test_time_that_was_not_used_is_not_saved_up():
    clock = Clock()
    throttle = Throttle(20, 0, clock)
    throttle.took("nhs.example")
    clock.now += 3600

    assert throttle.wait_for("nhs.example") == 0
    throttle.took("nhs.example")
    assert throttle.wait_for("nhs.example") == 3


def test_threads_that_go_at_the_same_moment_are_made_up_for():
    clock = Clock()
    throttle = Throttle(60, 0, clock)
    threads = [threading.Thread(target=throttle.took, args=("nhs.example",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert throttle.wait_for("nhs.example") == 8
