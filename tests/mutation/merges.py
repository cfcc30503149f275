"""What a merge says only for the reader, or to be on the safe side: without it the same rows come out."""

from collections.abc import Iterator

_REASONS = {
    "on": "The two have no other columns in common, and pandas merges by those that they have in common.",
    "how": "pandas merges so by default.",
    "validate": "It checks what the rows are made to be before.",
}
_HERE = "gpsync/reconciliation"
_INNER, _MANY = 'how="inner"', 'validate="many_to_many"'
_TO_ONE = 'validate="many_to_one"'

#: Of each merge the module, the line, and what could be left out of it.
_MERGES = (
    (
        "listing/regions.py",
        'beside = posts.merge(regions.drop_duplicates(), on="practice_code", how="left", validate="many_to_many")',
        (_MANY, 'on="practice_code"'),
    ),
    (
        "registration/matched.py",
        'beside = listed.merge(register, on="gmc_number", how="left", validate="many_to_one", indicator="found")',
        (_TO_ONE, 'on="gmc_number"'),
    ),
    (
        "registration/matched.py",
        'beside = beside.merge(last, on="gmc_number", how="left", validate="many_to_one")',
        (_TO_ONE, 'on="gmc_number"'),
    ),
    (
        "approvals/unasked.py",
        'pairs = rows.merge(asked, on=["post", "change"], how="inner", validate="many_to_many")',
        (_INNER, _MANY, 'on=["post", "change"]'),
    ),
    (
        "approvals/unasked.py",
        'pairs = left.merge(leaving.dropna(), on="gmc_number", how="inner", validate="many_to_many")',
        (_INNER, _MANY, 'on="gmc_number"'),
    ),
    (
        "approvals/shown.py",
        'pairs = rows[_PAIRED].merge(posts, on="post", how="inner", validate="many_to_many", suffixes=("", "_listed"))',
        (_INNER, _MANY),
    ),
    (
        "approvals/shown.py",
        'approved, on=_SAME_REQUEST, how="left", validate="many_to_one", suffixes=("", "_approved")',
        (_TO_ONE,),
    ),
    (
        "approvals/shown.py",
        'moves.dropna(), on=by, how="inner", validate="many_to_many", suffixes=("", "_moved")',
        (_INNER, _MANY),
    ),
    (
        "roles/holders.py",
        'beside = roles[roles[keys[0]].notna()].merge(nominators, on=keys, how="inner", validate="many_to_many")',
        (_INNER, _MANY, "on=keys"),
    ),
    (
        "roles/holders.py",
        'judged = roles.merge(in_order, on=columns, how="left", validate="one_to_one", indicator="found")',
        ('validate="one_to_one"', "on=columns"),
    ),
    (
        "roles/holders.py",
        'return rows.merge(several, on=by, how="inner", validate="many_to_one").groupby(by)',
        (_INNER, _TO_ONE, "on=by"),
    ),
    (
        "accounts/register_emails.py",
        'beside = users.merge(audience, on="email_key", how="inner", validate="many_to_many")',
        (_INNER, _MANY, 'on="email_key"'),
    ),
    (
        "accounts/unused_links.py",
        'joined = changes.merge(register, on=["gmc_number", "new_key"], how="inner", validate="many_to_one")',
        (_INNER, _TO_ONE, 'on=["gmc_number", "new_key"]'),
    ),
    (
        "accounts/judge.py",
        'beside = beside.merge(register[columns].astype("str"), on="gmc_number", how="left", validate="many_to_one")',
        (_TO_ONE, 'on="gmc_number"'),
    ),
    (
        "accounts/judge.py",
        'beside = beside.merge(last[columns], on="gmc_number", how="left", validate="many_to_one")',
        (_TO_ONE, 'on="gmc_number"'),
    ),
)


def left_out() -> Iterator[tuple[str, str, str, str]]:
    """The module, the line before and after, and why it makes no difference."""
    for module, line, pieces in _MERGES:
        for piece in pieces:
            yield f"{_HERE}/{module}", line, line.replace(f", {piece}", ""), _REASONS[piece.partition("=")[0]]
