"""The words of approval cases."""

from enum import StrEnum


class ChangeType(StrEnum):
    """What a case asks for."""

    JOIN = "JOIN"
    LEAVE = "LEAVE"
    ROLE_CHANGE = "ROLE_CHANGE"
    COMMITMENT_CHANGE = "COMMITMENT_CHANGE"
    RETIRE_24H = "RETIRE_24H"
    WITHDRAW = "WITHDRAW"


class Decision(StrEnum):
    """What the practice or the Integrated Care Board (ICB) said."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    NOT_REQUIRED = "NOT_REQUIRED"


class CaseStatus(StrEnum):
    """The status of a case with PCSE."""

    PROPOSED = "Proposed"
    PENDING = "Pending"
    ASSIGNED = "Assigned"
    IN_PROGRESS = "In Progress"
    AWAITING_NHSE = "Awaiting NHSE"
    CLOSED = "Closed"
    RETRACTED = "Retracted"


#: Changes the practice decides on. It is only informed of the others.
PRACTICE_DECIDES = frozenset({ChangeType.JOIN, ChangeType.LEAVE, ChangeType.ROLE_CHANGE, ChangeType.COMMITMENT_CHANGE})
#: Changes that need the ICB too where they make a GP a partner or stop one being a partner.
ICB_DECIDES = frozenset({ChangeType.JOIN, ChangeType.LEAVE, ChangeType.ROLE_CHANGE})
PRINCIPAL = "principal"

#: Case statuses folded as `listed.folded` does; PCSE has used two names for one of them.
CASE_STATUSES = {status.casefold(): status.value for status in CaseStatus} | {
    "awaiting nhs england decision": CaseStatus.AWAITING_NHSE.value
}
