"""The terms of `docs/glossary.md` that no single value in the code stands for."""

TERMS = {
    "account": "A doctor's or user's login to PCSE Online. Its username is an email address.",
    "acknowledgement": "A person's decision that a mismatch needs no action until a date. It ends after that date, or "
    "when the compared values change.",
    "bounce": "A message that says a mail could not be delivered. `bounced` means that the address does not exist, "
    "`returned` that the mail came back for another reason.",
    "delta": "An extract with only the rows that changed since the extract before; see Kind. The GMC sends one each "
    "working day.",
    "extract": "One file from a source: everything it holds on a date (a full extract), or what changed (a delta).",
    "extract id": "Dataset, kind, date and the first digits of the file's hash, such as "
    "`gmc_register-full-20261130-1a2b3c4d`.",
    "first mailout": "The one mailout to everybody on the performers list whose account is not verified.",
    "GMC number": "A doctor's reference number at the General Medical Council: 7 digits.",
    "guard": "A check whether a readable extract is plausible; see Guard. A finding holds the extract.",
    "hold": "A stop that people must lift. A held extract changes nothing until a person approves or rejects it; held "
    "mails wait until two people release them, see HoldKind.",
    "ICB": "Integrated Care Board, the NHS body that plans care in an area. Its PL Approver decides some changes.",
    "intent": "The record, on disk before the final dot, that a mail is about to be handed over. It is why no mail is "
    "handed over twice.",
    "link": "A web address in a mail that verifies the receiver's email address. It is bound to one address and works "
    "once, for 72 hours; see LinkState.",
    "mailout": "The run that plans and sends mails with links.",
    "manifest": "A file beside an extract that says what the extract should be: name, size, hash, rows and date.",
    "mismatch": "A disagreement between records that somebody must resolve; docs/mismatches.md lists the kinds.",
    "ODS": "Organisation Data Service, the NHS directory of organisations. The practices extract comes from it.",
    "outbox": "The table of planned mails, each with its state; see MailState.",
    "PCSE": "Primary Care Support England. It keeps the performers list and runs PCSE Online, in which GPs and "
    "practices have accounts.",
    "performers list": "The National Performers List: the doctors who may work as GPs in NHS primary care in England.",
    "quarantine": "A row that cannot be right is left out and recorded; the rest of its extract is accepted.",
    "reconciliation": "The run that compares all records and reports the mismatches.",
    "retention": "How long an unused address is kept (`GPSYNC_RETENTION_DAYS`). After that only its keyed hash is.",
    "seal": "A keyed hash of a planned mail. It shows whether the mail's row in the database was changed.",
    "suppression": "A decision that an address is not mailed any more, because mail to it bounced or a person asked.",
    "window": "The 14 days (`GPSYNC_WINDOW_DAYS`) for which a new address must stand before its link is mailed.",
}
