"""The columns without which a kind of mismatch says something else than it would with them.

What a file does not say is not a finding. A kind whose column is missing, or blank in every row, is not assessed. So
each kind names every column that decides whether a mismatch is found; a column that is only shown, or that only makes
a mismatch worse, is not named. Key columns and alignment are never blank in an accepted row, so they are not named
either. A dataset that the kind can do without is asked for its columns only where there is an extract of it.
"""

from collections.abc import Mapping

from gpsync.rules import Code, Dataset

#: Columns by dataset.
Columns = Mapping[Dataset, tuple[str, ...]]

_REGISTER, _LIST, _CASES = Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST, Dataset.PRACTICE_APPROVALS
_PRACTICES, _USERS, _ACCOUNTS = Dataset.PRACTICES, Dataset.PRACTICE_USERS, Dataset.PCSE_ACCOUNTS

_LISTED: Columns = {_LIST: ("list_status",)}
_ROLE: Columns = {_LIST: ("performer_role",)}
_TYPE: Columns = {_LIST: ("performer_type",)}
#: Which assignments run on the day.
_POSTS: Columns = {_LIST: ("practice_code", "assignment_start_date", "assignment_end_date")}
#: Which assignments run or are to come.
_LASTING_POSTS: Columns = {_LIST: ("practice_code", "assignment_end_date")}
_SINCE: Columns = {_LIST: ("status_effective_date",)}
_GP_REGISTER: Columns = {_REGISTER: ("gp_register_date",)}
_ADDRESS: Columns = {_REGISTER: ("email",)}
#: Whether a case is decided, and by whom it must be.
_DECISIONS: Columns = {_CASES: ("change_type", "practice_decision", "icb_decision", "case_status")}
_BY_ICB: Columns = {_CASES: ("from_type", "to_type")}
_EFFECTIVE: Columns = {_CASES: ("effective_date",)}
_SUBMITTED: Columns = {_CASES: ("submitted_date",)}
_DECIDED_ON: Columns = {_CASES: ("practice_decision_date", "icb_decision_date")}
_DECIDED_BY: Columns = {_CASES: ("practice_decision", "decided_by_user_id")}
#: Cases that wait, as the rules about practices and roles count them.
_WAITING: Columns = {_CASES: ("practice_code", *_DECISIONS[_CASES])}
#: Roles that stand, and whether somebody can act in them.
_ROLES: Columns = {_USERS: ("practice_code", "role", "account_status", "granted_date", "revoked_date")}
_CLOSED: Columns = {_PRACTICES: ("close_date",)}
_GP_PRACTICE: Columns = {_PRACTICES: ("close_date", "prescribing_setting")}


def _all(*parts: Columns) -> Columns:
    found: dict[Dataset, tuple[str, ...]] = {}
    for part in parts:
        for dataset, names in part.items():
            found[dataset] = tuple(dict.fromkeys((*found.get(dataset, ()), *names)))
    return found


#: The dead, the erased and the suspended on the list are not troubled with their approvals: without the list's statuses
#: nobody knows who they are.
_CASE: Columns = _all(
    _LISTED, {_CASES: ("gmc_number", "practice_code", "change_type", "practice_decision", "case_status")}
)
#: A change of commitment needs the ICB where the list shows a partner.
_REQUIRED = _all(_CASE, _DECISIONS, _BY_ICB, _POSTS, _TYPE)
_COMPARED = _all(_REQUIRED, _EFFECTIVE, {_CASES: ("commitment",), _LIST: ("level_of_commitment",)})
_PLACES = _all(_LASTING_POSTS, _WAITING, _ROLES)
_STAFFED = _all(_POSTS, _WAITING, _ROLES, _GP_PRACTICE)

#: The columns that each kind needs; a kind that is not here needs none.
COLUMNS: Mapping[Code, Columns] = {
    Code.GMC_DECEASED_ON_LIST: _LISTED,
    Code.GMC_ERASED_ON_LIST: _LISTED,
    Code.GMC_RELINQUISHED_ON_LIST: _LISTED,
    Code.GMC_LAPSED_ON_LIST: _LISTED,
    Code.GMC_SUSPENDED_LIST_ACTIVE: _LISTED,
    Code.GMC_NO_LICENCE_ON_LIST: _LISTED,
    Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST: _all(_LISTED, _ROLE),
    Code.GMC_NOT_FOUND: _LISTED,
    Code.GMC_NUMBER_INVALID: {_CASES: ("gmc_number",), _ACCOUNTS: ("gmc_number",)},
    Code.NOT_ON_GP_REGISTER: _all(_LISTED, _ROLE, _TYPE, _GP_REGISTER),
    Code.REGISTRAR_ON_GP_REGISTER: _all(_LISTED, _ROLE, _GP_REGISTER),
    Code.GP_REGISTER_DATE_DIFFERS: _all(_LISTED, {_LIST: ("date_in_gp_register",)}, _GP_REGISTER),
    Code.PLACEHOLDER_DATE: _all(
        _LISTED,
        {
            _LIST: (
                "status_effective_date",
                "date_first_on_list",
                "date_in_gp_register",
                "assignment_start_date",
                "assignment_end_date",
                "last_worked_date",
            )
        },
    ),
    Code.NAME_DIFFERS: _all(
        _LISTED, {_LIST: ("surname", "forenames"), _REGISTER: ("surname", "given_name", "other_names")}
    ),
    Code.GMC_RESTRICTION_NOT_ON_LIST: _all(
        _LISTED, {_LIST: ("conditions_flag",), _REGISTER: ("ftp_conditions", "ftp_undertakings")}
    ),
    Code.GMC_RESTORED_LIST_SUSPENDED: _LISTED,
    Code.PL_DUPLICATE_RECORD: _all(
        _LISTED, _ROLE, {_LIST: ("forenames", "surname", "practice_code", "assignment_start_date")}
    ),
    # Words of approval cases that are not known are reported under this code too.
    Code.PL_STATUS_UNKNOWN: _all(_LISTED, _DECISIONS),
    Code.PL_OFF_LIST_STILL_ASSIGNED: _all(_LISTED, _POSTS, _SINCE),
    Code.PL_COMMITMENT_OVER_100: _all(_LISTED, _POSTS, {_LIST: ("level_of_commitment",)}),
    Code.PL_NO_WORK_12_MONTHS: _all(
        _LISTED, _TYPE, _POSTS, _SINCE, {_LIST: ("last_worked_date", "date_first_on_list")}
    ),
    Code.PL_REGION_MISMATCH: _all(_LISTED, _POSTS, {_LIST: ("region",), _PRACTICES: ("region_code",)}),
    Code.PL_TYPE_ROLE_CONFLICT: _all(_LISTED, _ROLE, _TYPE),
    Code.PL_PRACTICE_MISSING: _all(_LISTED, _TYPE, _POSTS),
    Code.APPROVAL_OVERDUE: _all(_CASE, _SUBMITTED, _EFFECTIVE),
    Code.ICB_APPROVAL_OVERDUE: _all(_REQUIRED, _SUBMITTED, {_CASES: ("practice_decision_date",)}),
    Code.APPROVED_NOT_APPLIED: _all(_COMPARED, _SUBMITTED),
    Code.APPLIED_WITHOUT_APPROVAL: _all(_REQUIRED, _EFFECTIVE),
    Code.APPLIED_DESPITE_REJECTION: _COMPARED,
    Code.REJECTED_UNRESOLVED: _all(_COMPARED, _SUBMITTED, _DECIDED_ON),
    Code.DUPLICATE_REQUEST: _all(_REQUIRED, _EFFECTIVE, _SUBMITTED),
    Code.CONFLICTING_REQUESTS: _REQUIRED,
    Code.EFFECTIVE_DATE_DIFFERS: _all(_CASE, _DECISIONS, _BY_ICB, _POSTS, _EFFECTIVE, _SUBMITTED),
    Code.BACKDATED_BEFORE_PENSION_YEAR: _all(_CASE, _DECISIONS, _EFFECTIVE, _SUBMITTED, _DECIDED_ON),
    Code.APPROVER_NOT_AUTHORISED: _all(
        _CASE,
        _DECIDED_BY,
        _SUBMITTED,
        {_CASES: ("practice_decision_date",), _USERS: ("practice_code", "role", "granted_date", "revoked_date")},
    ),
    Code.SELF_APPROVAL: _all(_CASE, _DECIDED_BY, {_USERS: ("linked_gmc_number",)}),
    Code.CASE_PERFORMER_UNKNOWN: _CASE,
    Code.CASE_PERFORMER_NOT_ELIGIBLE: _all(_CASE, _DECISIONS, _BY_ICB),
    Code.WITHDRAWAL_DATE_PASSED: _all(_CASE, _DECISIONS, _EFFECTIVE, _SINCE),
    Code.WITHDRAWAL_WHILE_SUSPENDED: _all(_CASE, _DECISIONS),
    Code.PRACTICE_NOT_IN_ODS: _PLACES,
    Code.PRACTICE_CLOSED: _all(_POSTS, _PLACES, _CLOSED),
    Code.PRACTICE_NOT_ACTIVE: _all(_POSTS, _CLOSED),
    Code.PRACTICE_NOT_GP_SETTING: _all(_POSTS, _WAITING, _GP_PRACTICE),
    Code.PRACTICE_CODE_IS_BRANCH: _PLACES,
    Code.NO_PL_PRACTICE_MANAGER: _STAFFED,
    Code.NO_USER_ADMINISTRATOR: _STAFFED,
    Code.TOO_MANY_USER_ADMINISTRATORS: _all(_ROLES, _CLOSED),
    Code.SINGLE_USER_ADMINISTRATOR: _all(_ROLES, _GP_PRACTICE),
    Code.ADMINISTRATOR_NOT_NOMINATED: _all(_ROLES, _CLOSED, {_USERS: ("nominated_by_user_id",)}),
    Code.USER_AT_SEVERAL_PRACTICES: _all(_ROLES, _CLOSED, {_USERS: ("email",)}),
    Code.ROLE_AT_CLOSED_PRACTICE: _all(_ROLES, _CLOSED),
    Code.ROLE_ON_DEACTIVATED_ACCOUNT: _all(_ROLES, _CLOSED),
    Code.SHARED_USER_EMAIL: _all(_ROLES, _CLOSED, {_USERS: ("email",)}),
    Code.GMC_EMAIL_MISSING: _all(_LISTED, _ADDRESS),
    Code.GMC_EMAIL_INVALID: _all(_LISTED, _ADDRESS),
    Code.GMC_EMAIL_SHARED: _ADDRESS,
    Code.GMC_EMAIL_ROLE_MAILBOX: _all(_LISTED, _ADDRESS),
    Code.GMC_EMAIL_EQUALS_STAFF_USER: _all(
        _LISTED,
        _ADDRESS,
        {_USERS: ("email", "linked_gmc_number", "account_status", "granted_date", "revoked_date")},
    ),
    Code.ACCOUNT_EMAIL_STALE: _all(_LISTED, _ADDRESS, {_ACCOUNTS: ("username_email", "account_status")}),
    Code.LINK_UNVERIFIED: _all(_ADDRESS, {_ACCOUNTS: ("username_email", "account_status", "verified_date")}),
    Code.LINK_BOUNCED: _ADDRESS,
    Code.ACCOUNT_WITHOUT_LISTING: _all(
        _LISTED, {_ACCOUNTS: ("account_status",), _CASES: ("gmc_number", *_DECISIONS[_CASES])}
    ),
    Code.ACCOUNT_ACTIVE_WHILE_BARRED: _all(_LISTED, {_ACCOUNTS: ("account_status",)}),
}
