"""Which names a letter may show: people's and practices', as others wrote them into a register.

A letter comes from an official sender, so it carries no strangers' words: what reads like an address, a link or a
sentence is left out whole, and the letter takes its form without the name. Real names stay whole.
"""

import re
import unicodedata

from gpsync.register.characters import scripts, visible
from gpsync.rules import PRACTICE_CODE

#: Controls that are no white space, lone surrogates, annotations and tags: nobody's name has them.
_CONTROLS = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff]")
#: Besides letters and the marks on them; practices have digits too.
_PERSONS_SIGNS, _PRACTICES_SIGNS = frozenset(" .'\u2018\u2019-\u2010"), frozenset(" .'\u2018\u2019-\u2010\u2013&(),/+")
#: Longer and of more words than any of a register. The longest of the ODS's 15,971 practices has 50 characters.
_PERSONS_LENGTH, _PERSONS_WORDS = 80, 9
_PRACTICES_LENGTH, _PRACTICES_WORDS = 80, 12
#: A house has a number; more digits are a telephone's, or a code's.
_DIGITS, _DIGITS_TOGETHER = 6, 4

#: What a full stop may follow although a word comes at once: a blank is put between them, so that it is no link.
_ABBREVIATIONS = frozenset({
    "comm", "ctr", "dr", "drs", "fam", "fr", "hlth", "hosp", "jr", "m", "md", "med", "mem", "mohd", "mr", "mrs",
    "ms", "mt", "muhd", "no", "ph", "prac", "pract", "prof", "rd", "rev", "sr", "st", "ste", "subst", "surg", "wm",
})  # fmt: skip
#: After a longer word a full stop ends a sentence.
_ABBREVIATED_LETTERS = 5
_AFTER_STOP = re.compile(r"\.(?=\w)")
_STOPPED = re.compile(r"(\w*)\.(?=(.))", re.DOTALL)

#: One of these is enough: no name has them.
_LURES = frozenset({
    "account", "accounts", "bitcoin", "click", "confirm", "email", "expired", "expires", "hmrc", "http", "https",
    "immediately", "invoice", "login", "logon", "password", "payment", "pension", "please", "refund", "suspended",
    "verify", "website", "www",
})  # fmt: skip
_PERSONS_LURES = _LURES | frozenset({
    "bank", "barclays", "fraud", "nhs", "urgent", "urgently", "your", "yours",
})  # fmt: skip
#: Two of these make a sentence. Those that are somebody's name, such as An, Do, My and Will, are not among them.
_OF_SENTENCES = frozenset({
    "been", "blocked", "call", "closed", "details", "free", "has", "have", "here", "if", "is", "locked", "must", "not",
    "now", "our", "owe", "pay", "pin", "prize", "reply", "send", "sign", "tax", "text", "that", "they", "this", "today",
    "us", "visit", "was", "were", "while", "win", "your",
})  # fmt: skip
_PERSONS_OF_SENTENCES = _OF_SENTENCES | frozenset({
    "and", "at", "from", "in", "on", "the", "to", "with", "you",
})  # fmt: skip
#: An address in words, or a number to call.
_SPELLED_OUT = re.compile(
    r"\bdot (?:com|co|uk|org|net|info|xyz)\b|\b(?:call|phone|ring|sms|tel|telephone|text|whatsapp) \d"
)
#: What is before a slash is a link's, if a full stop stands in it.
_LINK = re.compile(r"\w\.\w[^\s]*/")
#: Written small in the middle of a name. Other small words beside capital ones are a sentence's.
_PARTICLES = frozenset({
    "a", "ab", "abd", "abu", "af", "al", "ap", "av", "ben", "bin", "bint", "binti", "d", "da", "das", "de", "del",
    "della", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "ferch", "het", "i", "ibn", "la", "las", "le",
    "les", "los", "mac", "mc", "nic", "ní", "o", "of", "ó", "san", "sant", "st", "t", "te", "ten", "ter", "u", "ua",
    "ul", "ur", "uí", "van", "vom", "von", "y", "z", "zu", "zum", "zur",
})  # fmt: skip
_SMALL_WORDS, _SMALL_WORDS_ALONE = 1, 3


def shown_person(text: str) -> str:
    """A person's name as letters show it, or nothing where it reads like something else (C-46)."""
    tidy = _tidy(text)
    words = _words(tidy)
    reads_otherwise = (
        _is_too_long(tidy, _PERSONS_LENGTH, _PERSONS_WORDS)
        or not _is_written_with(tidy, _PERSONS_SIGNS, digits=False)
        or _is_sentence(words, _PERSONS_LURES, _PERSONS_OF_SENTENCES)
        or _has_small_words(tidy)
    )
    return "" if reads_otherwise else _apart(tidy)


def shown_practice(text: str) -> str:
    """A practice's name, or its code, as letters show it, or nothing where it reads like something else (C-46)."""
    tidy = _tidy(text)
    if re.fullmatch(PRACTICE_CODE, tidy):
        return tidy
    digits = re.findall(r"\d+", tidy)
    reads_otherwise = (
        _is_too_long(tidy, _PRACTICES_LENGTH, _PRACTICES_WORDS)
        or not _is_written_with(tidy, _PRACTICES_SIGNS, digits=True)
        or sum(map(len, digits)) > _DIGITS
        or max(map(len, digits), default=0) > _DIGITS_TOGETHER
        or _is_sentence(_words(tidy), _LURES, _OF_SENTENCES)
    )
    return "" if reads_otherwise else _apart(tidy)


def _tidy(text: str) -> str:
    """Composed, without controls, each run of white space one blank."""
    return visible(_CONTROLS.sub("", text))


def _words(text: str) -> list[str]:
    """The words, folded so that no look-alike of a letter hides one."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _is_too_long(text: str, length: int, words: int) -> bool:
    return len(text) > length or len(text.split()) > words


def _is_written_with(text: str, signs: frozenset[str], *, digits: bool) -> bool:
    """Whether it is all letters, marks and these signs, one script a word, its full stops those of abbreviations."""
    for sign in text:
        is_letter = unicodedata.category(sign)[0] in "LM" or (digits and sign.isdecimal() and sign.isascii())
        if not is_letter and sign not in signs:
            return False
    if _LINK.search(text):
        return False
    has_letter = any(map(str.isalpha, text)) or not text
    one_script = all(len(scripts(word)) <= 1 for word in text.split())
    return has_letter and one_script and "--" not in text and all(map(_is_abbreviated, _STOPPED.findall(text)))


def _is_abbreviated(stopped: tuple[str, str]) -> bool:
    """Whether a word may have a full stop before this sign: one that a letter follows at once could be a domain's."""
    word, follows = stopped
    if follows.isalnum():
        return len(word) == 1 or word.casefold() in _ABBREVIATIONS
    return 1 <= len(word) <= _ABBREVIATED_LETTERS


def _is_sentence(words: list[str], lures: frozenset[str], of_sentences: frozenset[str]) -> bool:
    found = sum(word in of_sentences for word in words)
    return bool(lures & set(words)) or found > 1 or _SPELLED_OUT.search(" ".join(words)) is not None


def _has_small_words(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text.replace("'", "").replace("\u2019", ""))]
    small = [word for word in words if word.islower() and word not in _PARTICLES]
    return len(small) > (_SMALL_WORDS_ALONE if len(small) == len(words) else _SMALL_WORDS)


def _apart(text: str) -> str:
    """With a blank after every full stop, so that no mail program makes a link of `St.Co`."""
    return _AFTER_STOP.sub(". ", text)
