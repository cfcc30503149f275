"""Approval cases: decisions that are late, not carried out, or not allowed."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_CASES, _LIST = Dataset.PRACTICE_APPROVALS, Dataset.PERFORMERS_LIST
_USERS, _REGISTER = Dataset.PRACTICE_USERS, Dataset.GMC_REGISTER

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.APPROVAL_OVERDUE,
        "B26",
        "Practice has not decided",
        "A change that the practice must decide has waited 14 days or more, counted from the day the case was "
        "submitted or took effect, whichever is later. High after 28 days.",
        Severity.MEDIUM,
        (Owner.PM,),
        "Log in to PCSE Online, open Performers List, then Review Practice Change, and approve or reject the change.",
        (_CASES,),
    ),
    Entry(
        Code.ICB_APPROVAL_OVERDUE,
        "B27",
        "ICB has not decided",
        "A change that makes a GP a partner, stops one being a partner or changes a partner's commitment was approved "
        "by the practice, and the ICB has not decided 14 days later. High after 28 days.",
        Severity.MEDIUM,
        (Owner.ICB,),
        "Have the PL Approver approve or reject the change in PCSE Online.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.APPROVED_NOT_APPLIED,
        "B28",
        "Approved change not on the list",
        "Everybody who must has approved the change, its effective date is 5 working days ago or more, and the list "
        "does not show it. Only the latest approved change counts, and none for a doctor who has left the list.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Apply the change to the list, then check the GP's pension record and prescriber number.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.APPLIED_WITHOUT_APPROVAL,
        "B29",
        "Change on the list without approval",
        "One of the lists since the first of all showed that a doctor joined or left a practice or changed type, no "
        "approved case takes effect within 28 days of that, and the newest list still shows it. Each list is compared "
        "with the one before, however many come in one night.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Find out who authorised the change. If nobody did, reverse it or obtain the approval.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.APPLIED_DESPITE_REJECTION,
        "B30",
        "Rejected change on the list",
        "The practice or the ICB rejected the change, the same change was not approved later, and the list shows it.",
        Severity.CRITICAL,
        (Owner.PCSE_PL,),
        "Reverse the change the same day, and tell the GP and the practice.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.REJECTED_UNRESOLVED,
        "B31",
        "Rejected change left open",
        "A change was rejected more than 14 days ago, the list shows nothing of it that took effect since, and it has "
        "not been asked for again.",
        Severity.INFO,
        (Owner.GP,),
        "Talk to the practice, then submit the change again or let it drop.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.DUPLICATE_REQUEST,
        "B32",
        "Same change asked for twice",
        "Two or more undecided cases ask for the same kind of change for one doctor at one practice, with effective "
        "dates at most 28 days apart.",
        Severity.LOW,
        (Owner.PM, Owner.ICB),
        "Keep the case with the right date and reject the others.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.CONFLICTING_REQUESTS,
        "B33",
        "Requests contradict each other",
        "A doctor asks both to join and to leave one practice, or to change from a type that the list does not show.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Retract the request that is wrong.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.EFFECTIVE_DATE_DIFFERS,
        "B34",
        "List gives another date",
        "The list gives another date for a join or a leave than the one approved, even if neither date has come yet. "
        "Medium if the "
        "dates are more than 28 days apart, high if 1 April lies between them.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "Correct the date on the list. Tell the pensions team if the dates fall into different pension years.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.BACKDATED_BEFORE_PENSION_YEAR,
        "B35",
        "Join dated before this pension year",
        "A join that has not been rejected takes effect before the latest 1 April, and is still open or was submitted "
        "or decided since that day.",
        Severity.MEDIUM,
        (Owner.PM, Owner.PCSE_PL),
        "Enter 1 April on the pension joiner form, which takes no earlier date, and tell PCSE the true date.",
        (_CASES,),
    ),
    Entry(
        Code.APPROVER_NOT_AUTHORISED,
        "B36",
        "Decided by a user without the role",
        "The user who decided for the practice did not hold the PL Practice Manager role there on the day, or the "
        "account is deactivated.",
        Severity.HIGH,
        (Owner.UA, Owner.PCSE_PL),
        "Have an authorised user decide again, and review who has access.",
        (_CASES, _USERS),
    ),
    Entry(
        Code.SELF_APPROVAL,
        "B37",
        "Doctor decided own case",
        "The user account that decided the case belongs to the doctor whom the case is about.",
        Severity.MEDIUM,
        (Owner.PM, Owner.ICB),
        "Have a second approver confirm the decision.",
        (_CASES, _USERS),
    ),
    Entry(
        Code.CASE_PERFORMER_UNKNOWN,
        "B38",
        "Case about somebody not on the list",
        "The GMC number of the case is not on the performers list, and the case is no open request to join.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Check the GMC number with the practice, and correct the number or close the case.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.CASE_PERFORMER_NOT_ELIGIBLE,
        "B39",
        "Undecided case for a barred doctor",
        "A join or a change of type waits for a decision, and the doctor has died, is suspended, is not registered, "
        "has no licence, or is suspended or removed from the list. Of a doctor who has left the GMC register the last "
        "record counts.",
        Severity.CRITICAL,
        (Owner.NHSE, Owner.PM),
        "Do not approve. Refer the case to NHS England's professional standards team.",
        (_CASES, _LIST, _REGISTER),
    ),
    Entry(
        Code.WITHDRAWAL_DATE_PASSED,
        "B40",
        "Withdrawal date has passed",
        "A withdrawal or retirement that was not retracted should have taken effect before today, and the doctor is "
        "still listed. High after 28 days. A closed 24-hour retirement, or a doctor who has been listed again since, "
        "is not reported.",
        Severity.MEDIUM,
        (Owner.PCSE_PL, Owner.NHSE),
        "Process the withdrawal. If the case is with NHS England, decide it first.",
        (_CASES, _LIST),
    ),
    Entry(
        Code.WITHDRAWAL_WHILE_SUSPENDED,
        "B41",
        "Withdrawal of a suspended doctor",
        "A withdrawal waits for a decision, and the list says the doctor is suspended.",
        Severity.HIGH,
        (Owner.NHSE,),
        "Check why the doctor is suspended: under an interim order of the GMC's tribunal nobody may withdraw.",
        (_CASES, _LIST),
    ),
)
