"""What a link on request is made of; whether there is one is drawn."""

from gpsync.rules import ChangeState, MailState
from gpsync.verification.resending import WAITS_FOR_WORD, resent_trigger
from tests.spec.judging import DAY
from tests.spec.planning_lines import read_line
from tests.spec.resending import resend_facts

LINE = read_line("Ada", {"due": "9 Mar", "mails": "sent 10 Mar"})


def test_it_is_about_the_change_as_if_no_mail_had_gone_out():
    (change,) = resend_facts(LINE, {}).changes

    trigger = resent_trigger(resend_facts(LINE, {}), DAY)

    assert change.sent_on is not None and change.expires_on is not None
    assert (trigger.event_id, trigger.due_date) == (change.change_id, change.due_date)
    assert (trigger.change.state, trigger.change.sent_on, trigger.change.expires_on) == (ChangeState.QUEUED, None, None)
    assert not trigger.is_reminder


def test_a_request_settles_mails_whose_answer_was_lost_and_those_that_were_refused_or_given_up():
    assert set(WAITS_FOR_WORD) == {MailState.UNKNOWN, MailState.POLICY_HELD, MailState.DEAD}
