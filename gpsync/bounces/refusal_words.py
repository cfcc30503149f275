"""What the words of a refusal say: the one place that knows the wordings of mail systems (C-30, C-45).

The words are looked for, not understood. So a wording that could be about us, the sender's address, or a fault
that passes, is taken as that even where it stands beside words about the recipient: the milder reading wins.
"""

import re
from enum import Enum

#: Characters of a refusal that are read. Every pattern here is bounded, so the work is too.
READ = 4_000


class Said(Enum):
    """What words may say, the mildest first."""

    #: There is no room. The owner of a full mailbox exists.
    FULL = "full"
    #: It may pass: a rate, a time-out, a host that is down, a fault on the way.
    PASSING = "passing"
    #: It is about us, our letter, or a list that stands between.
    POLICY = "policy"
    #: There is or was somebody, but it takes a person to judge what that means: disabled, moved.
    UNSURE = "unsure"
    #: Words that mean an address that does not exist only beside a code that says so.
    DOUBTED = "doubted"
    #: Nobody is there, or there is no such domain.
    ABSENT = "absent"


def said(text: str) -> frozenset[Said]:
    """Everything that the words of `text` say; empty where nothing is recognised."""
    plain = _plain(text)
    found = {what for what, words in _MILDER if words.search(plain)}
    if _ABSENT.search(_URL.sub(" ", plain)):
        found.add(Said.ABSENT)
    return frozenset(found)


def _plain(text: str) -> str:
    """The words in small letters and on one line, without names and numbers that look like words or codes."""
    text = text[:READ].lower().replace("\u2019", "'")
    for pattern, instead in _LEFT_OUT:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_URL = re.compile(r"https?://\S{1,300}")
_LEFT_OUT = (
    # An answer in several lines repeats its code in each.
    (re.compile(r"(?<![\d.])[245]\d\d[- ](?:[245]\.\d\.\d{1,3}\b)?"), " "),
    (re.compile(r"\n[ \t]{0,20}[245]\.\d\.\d{1,3}\b"), " "),
    # Addresses and hosts are names, whatever words they are made of.
    (re.compile(r"[^\s<>(),;:\"'@]{1,128}@[^\s<>(),;:\"'@]{1,128}"), "@"),
    (re.compile(r"\bhost \S{1,100}\.\S{1,100}"), " "),
    (re.compile(r"[^\s\[\]]{1,128}\[[\d.:a-f]{2,45}\]"), " "),
    # What Exchange Online says before any answer of another system.
    (
        re.compile(
            r"remote server returned (?:unknown recipient or mailbox unavailable|message denied by [a-z ]{1,40})"
        ),
        " ",
    ),
    # Advice that names every cause.
    (
        re.compile(r"\b(?:it|(?:this|the) address|the recipient) (?:may|might) (?:not|no longer|have|be) [^.]{0,120}"),
        " ",
    ),
    # Exchange Online's answer for an address that its directory does not know reads like a refusal of us.
    (re.compile(r"recipient address rejected: access denied\W{1,3}as\(\d{6,12}\)"), " no such user "),
)

#: Words that take the place of an address.
_NOBODY = (
    r"(?:users?(?: ?(?:name|id|account))?|mail ?box|mail ?drop|in-?box|account|recipients?(?: address| name)?|"
    r"address(?:ee)?|addresses|e-?mail(?: address| account| id)?|alias|person|local[ -]?part|login|"
    r"destination(?: address)?)"
)
#: What may come between an address and what is said of it: the address itself, a remark, a verb.
_BETWEEN = r"\W{0,4}(?:@\W{0,4})?(?:\([^)]{0,60}\)\W{0,3})?"
_IS = r"(?:is |was |are |has been |:\s?)?"
_CANNOT = r"(?:could not|couldn't|cannot|can't|unable to|wasn't able to|not able to|failed to)"
_UNKNOWN = r"\bunknown\b(?! (?:error|reason|cause|failure|problem))"
_NOT_THERE = r"(?:does not|doesn't|do not|don't|did not|didn't|doesnt|no longer|not|never)"

_FULL = _any(
    r"(?:mail ?(?:box|drop|folder|dir)|in-?box|account|disk|storage|spool|queue|user|recipient)\b[^.]{0,40}\b"
    r"(?:full\b(?! (?:name|details|report|text|headers?|list|transcript))|overflow)",
    r"full (?:mail ?box|in-?box)|mailfull|mailboxfull|quotaexceeded|overquota|over[ -]?(?:the )?quota",
    r"(?<!daily )(?<!hourly )(?<!sending )(?<!message )quota[^.]{0,60}(?:exceed|full|violat|reach|over|limit)",
    r"exceed[^.]{0,60}(?:(?<!daily )(?<!sending )quota|storage|alloc)",
    r"(?:out of|not enough|insufficient|no|low)[^.]{0,20} (?:disk|storage|space|memory|resources)\b",
    r"storage (?:allocation|limit)|mail ?box size|too (?:many|much) (?:mails?|messages|e-?mails|data) (?:in|on|stored)",
    r"postfach[^.]{0,30}voll|speicherplatz|bo.{1,3}te[^.]{0,40}(?:pleine|satur)|"
    r"(?:buz.{1,3}n|mailbox|casilla|cuenta)[^.]{0,40}(?:llen[oa]|agotad)|casella[^.]{0,40}piena|postbus[^.]{0,20}\bvol\b",
    r"满|空间不足|容量|いっぱい",
)

_PASSING = _any(
    # Rates, and being asked to wait.
    r"\brate\b|throttl|too (?:quickly|fast|frequent)|too many|too much mail|gr[ea]y[ -]?list|overload|"
    r"temporar|transient|(?:again|retry|try) (?:later|after|soon|shortly)|try (?:it |your \w+ )?again in|deferr",
    r"service (?:is )?(?:currently )?(?:not available|unavailable)|server (?:is )?(?:too )?busy|under maintenance|"
    r"out of service|resources? (?:are |is )?(?:not available|unavailable)",
    # A directory or a mailbox that is being worked on says nothing of the address.
    r"off-?line|outage|maintenance|not answering|not reachable|migrat|tomorrow|resend|holiday|vacation|"
    r"(?:unable to|cannot|can't|could not|couldn't|not) (?:be )?verif|being (?:\w+ )?\w+ed\b|until (?!further)",
    # Time, and the way there.
    r"expired|time[ds]?[ -]?out|timeout|retry time|queue[^.]{0,30}too long|too long in|lifetime|"
    r"(?:within|for|in|after|since) (?:the (?:last|past) )?(?:\d+|one|two|three|four|five|six|seven) "
    r"(?:hour|day|minute|attempt|retr)",
    r"connection (?:\w+ ){0,3}(?:refused|reset|lost|closed|dropped|failed|timed|broken|died|abort)|"
    r"lost (?:the )?connection|connect(?:ion)? (?:error|failure)|"
    rf"{_CANNOT} (?:establish|connect|make a? ?connection|contact|reach)|"
    r"(?:did not|didn't|not) respond|no (?:answer|response)|unreachable|no route|host (?:is )?down|socket error",
    # The name service, where it gave no answer.
    r"try again$|not found, try|name ?server (?:\w+ ){0,3}(?:fail|error|timeout|loop|unavail)|servfail|"
    r"lookup (?:fail|error|did not)|dns (?:\w+ ){0,3}(?:fail|error|timeout|lookup|server|problem|loop|query)",
    # Loops and faults.
    r"\bloop|too many hops|hop count|hops exceeded|max(?:imum)? hop",
    r"(?:local|system|internal|i/o|input/output|mailer|program|software|database|configuration|config|server|protocol) "
    r"(?:configuration )?(?:error|failure|problem|fault)|command (?:died|failed|terminated)|data format error|pipe|"
    rf"exit (?:code|status)|{_CANNOT} (?:create|open|write|append|lock)",
    r"混雑|vor.{1,2}bergehend|temporair|temporanea|tijdelijk",
)

_POLICY = _any(
    r"spam|junk|unsolicited|\bbulk\b|\bblock|black[ -]?list|\bd?n?s?rb?bl\b|\bdnsbl|deny[ -]?list|reputation|\babus|"
    r"\blisted (?:by|at|in|on) (?!domino|public|the dir)|suspicious|virus|malware|phish|infected|trojan|attack|"
    r"attachment|content (?:filter|reject|reason|was|is|not|contain|polic)|contents? of|for content|contains|"
    r"\burls?\b|\blinks?\b",
    r"polic(?:y|ies)|dmarc|\bspf\b|dkim|sender ?id|banned|denied|\bdeny|forbidden|prohibit|authenticat|"
    r"(?:not|isn't|aren't|never|only|un|wasn't) ?(?:be )?(?:allow|permit|authori[sz]|authentic|accepted from|trusted)",
    r"restrict|white[ -]?list|permission|privileg|administrative|security|violat|firewall|not welcome|only accepts?|"
    r"rejected (?:as|due|for)\b|does not accept (?:mail|messages?|e-?mails?) from|accepts? no mail|null ?mx|"
    r"does not accept (?:any )?(?:mail|e-?mail|messages)",
    r"\brelaying\b|relay (?:access|not|is not|denied|operation|prohib|attempt|to @|for|through)|"
    r"(?:not|no|unable to|cannot|can't|won't|will not|open) relay|rcpthosts|not a gateway|"
    r"not (?:our|my) (?:domain|host)|we do not (?:serve|handle)|not (?:hosted|handled|served) (?:here|by)",
    r"gr[ea]y-?trap|spam-?trap|\bcountr(?:y|ies)\b|closed (?:to|for)\b|"
    r"(?:outside|external|foreign) (?:\w+ )?(?:senders?|e-?mails?|mail|world)",
    # The sender, the connection, the conversation.
    r"originat|smtp ?utf-?8|\butf-?8\b|internationali[sz]ed",
    r"send(?:er|ing)(?:'s)? (?:\w+ )?(?:verif|address|domain|ip|host|mail|server|not|is|has|rejected|denied|refused|"
    r"unknown|invalid|could|does|must|mta|reput)|"
    r"(?:bad|invalid|unknown|unverified|fake|forged|spoof\w*|verify) (?:\w+ )?sender|"
    r"(?:mail|envelope)[ -]from|return[ -](?:path|address)|from (?:address|domain|header|field)|call-?(?:back|out)|"
    r"verification failed",
    r"\b[eh][he]lo\b|reverse|\bptr\b|r ?dns\b|dynamic|residential|client host|connecting|\bip address|from (?:ip|host)|"
    r"mx record|\byou(?:'re| are) (?:not|un|on|in)|you have (?:reached|exceeded|been)|"
    r"your (?:ip|host|domain|dns|isp|network|smtp|mail ?server|mail host|server|mta|sender|sending|e-?mail server|"
    r"computer|client|provider|(?:e-?mail )?address (?:is|was|has|does))",
    r"\btls\b|starttls|\bssl\b|encrypt|certificate|syntax|malformed|mime[- ](?:error|version is|part)|8-?bit|"
    r"\brfc[ -]?(?:822|\d{4})\b(?!;)|bare (?:lf|cr)|not implemented|(?:date|missing|duplicate|invalid) header|"
    r"(?:unknown|bad|invalid|unrecognized|unimplemented) command|command (?:not|sequence)",
    # Size and number.
    r"(?:message|mail|letter|data|header|body|size|line)s? (?:\w+ ){0,3}(?:too (?:big|large|long)|exceeds)|"
    r"too (?:big|large|long)\b|size limit|message (?:size|length)|(?:maximum|max|fixed) (?:\w+ )?size|larger than",
    r"(?:daily|hourly|monthly|message|sending|recipient|submission|mail|outgoing) (?:\w+ )?(?:limit|quota)|"
    r"limit (?:\w+ ){0,3}(?:reached|exceeded|hit)|exceeded (?:the |your |its )?(?:\w+ ){0,3}limit",
    # Lists.
    r"subscri|moderat|\bmembers? (?:of|only)|non-?member|not a member|mailing[ -]?list|list (?:owner|manager|admin)|"
    r"\bposting|people in its org|(?:the|this|distribution) group\b",
    r"gesperrt|abgelehnt|verweigert|richtlinie|bloqu|refus[e\u00e9]\b|rechaz|politi|rifiut|respint|geweigerd|geblokkeerd|"
    r"垃圾|拒绝|拒絕|禁止|频率|拒否|迷惑",
)

_UNSURE = _any(
    r"disabl|suspend|inactiv|deactivat|not active|not (?:been )?activated|no longer active|lock(?:ed|out)|frozen|"
    r"dormant|on hold|discontinu|not enabled|quarantin|deaktiviert|d.sactiv|desactiv|disattiv|停用|冻结|停止",
    r"\bmoved\b|ha(?:s|ve) changed|new (?:e-?mail )?address|please (?:try|use|send to) (?:this |the )?(?:address )?<?@|"
    r"forward(?:ing|ed) (?:to|address|is|has|of|rule|fail)|not local\b",
    r"not (?:currently )?accept(?:ing)? (?:mail|messages|new)|not receiv|cannot receive|can't receive|refuses",
)

_DOUBTED = _any(
    rf"{_UNKNOWN}|not found|not exist|undeliverable|"
    r"\bnobody\b|does not like recipient|\bbad (?:destination|address|recipient|mailbox)",
    rf"\b{_NOBODY}\b[^.]{{0,40}}(?:unavailable|not available|no longer available|rejected|refused|bad\b|inaccessible)",
    rf"(?:unavailable|reject(?:ed|ing)?|refused) (?:\w+ )?{_NOBODY}\b",
)

_ABSENT = _any(
    # Nobody of that name.
    rf"unknown (?:\w+[ -]){{0,2}}{_NOBODY}\b|unknown[ -_](?:rcpt|user|address)|user_(?:unknown|not_found)|nosuchuser",
    rf"\b{_NOBODY}{_BETWEEN}{_IS}(?:not known|{_UNKNOWN}|unkown|not recogni[sz]ed)\b",
    rf"no such (?:\w+ ){{0,3}}(?:{_NOBODY}|here|domain|host|name)\b|there is no (?:\w+ )?{_NOBODY}\b|has no mailbox",
    rf"(?:no|not an?|isn't an?|not) (?:\w+ ){{0,2}}{_NOBODY} (?:\w+ ){{0,2}}(?:here|named|found|exists?|"
    r"(?:with|in|on|at) (?:this|that|our|the)|(?:by|of) (?:that|this) name)",
    r"mailbox not present|(?:no mailbox|nobody) here|(?:nobody|no one) (?:here )?by|no account\b|no user\b|"
    r"no recipient (?:found|match)",
    rf"\b{_NOBODY}\b[^.;]{{0,80}}(?:{_NOT_THERE} exist|non-?exist)|"
    rf"non-?existent (?:\w+ ){{0,2}}(?:{_NOBODY}|domain|host)",
    rf"\b{_NOBODY}\b[^.;]{{0,60}}(?:not|n't|cannot|can't) (?:be )?(?:found|located|matched)|recip(?:ient)?notfound|"
    r"@\W{0,4}(?:wasn't|was not|could not be|couldn't be|cannot be|is not|isn't) found|wasn't found at|"
    r"not found by smtp address lookup",
    rf"(?:invalid|illegal|incorrect) (?:\w+ ){{0,2}}{_NOBODY}\b(?! (?:format|syntax|string|literal|limit))",
    rf"\b{_NOBODY}{_BETWEEN}{_IS}(?:not valid|invalid|isn't valid|no longer valid)\b|"
    rf"not an? (?:valid|known|legal|existing) {_NOBODY}\b",
    r"not (?:listed )?in (?:\w+ ){0,3}(?:directory|name & address book|address book|user list|user database|"
    r"recipient (?:table|list|map)|list of valid|valid recipients)|not listed in",
    r"no longer (?:exists?|valid|in use|works?|working|employed|with|at this|in service|on (?:this|our)|"
    r"a (?:valid|member|user|customer))|has left (?:the |our |this )?(?:company|organi[sz]ation|practice|firm|us)\b",
    rf"(?:user|person|recipient|customer) (?:doesn't|does not) have (?:an? )?(?:\S{{1,60}} )?{_NOBODY}\b|"
    r"not our (?:customer|user)|don't know (?:this|that) user",
    rf"\b{_NOBODY}{_BETWEEN}(?:has been |was |is |been )?(?:closed|deleted|removed|terminated|cancel+ed|not exist)\b",
    r"un?routeable (?:address|mail domain)|unroutable (?:address|mail domain)",
    # No such domain.
    r"host (?:or domain(?: name)? )?(?:is )?(?:not found|unknown)|unknown (?:host|domain|site)|"
    r"domain (?:\S{1,100} )?(?:is )?(?:unknown|not found)|nxdomain|"
    rf"(?:domain|host)(?: name)?\b[^.;]{{0,40}}(?:{_NOT_THERE} exist|non-?exist)|no such (?:domain|host)|"
    rf"{_CANNOT} find (?:any|a) host named|(?:invalid|illegal) (?:host|domain)|"
    rf"(?:domain|host)(?: name)? (?:\S{{1,100}} )?{_CANNOT} be found",
    # German, Dutch.
    r"unbekannte[rns]? (?:benutzer|empf|adress|e-?mail|nutzer|mailbox|teilnehmer)|"
    r"(?:benutzer|nutzer|empf.{1,2}nger|adresse|postfach|mailbox|konto|teilnehmer)[^.]{0,40}"
    r"(?:unbekannt|existiert nicht|nicht gefunden|nicht vorhanden|ung.{1,2}ltig|nicht bekannt)",
    r"onbekende? (?:gebruiker|ontvanger|adres)|(?:gebruiker|ontvanger|adres|postvak|mailbox)[^.]{0,40}"
    r"(?:onbekend|bestaat niet|niet gevonden|niet bekend|ongeldig)",
    # French, Spanish and Portuguese, Italian.
    r"(?:utilisateur|adresse|destinataire|bo.{1,3}te|compte)[^.]{0,60}"
    r"(?:inconnue?|inexistante?|n'existe (?:pas|plus)|introuvable|invalide)",
    r"(?:usu.{1,2}rio|cuenta|conta|buz.{1,2}n|destinat.{1,2}rio|direcci.{1,2}n|endere.{1,2}o)[^.]{0,40}"
    r"(?:desconocid|desconhecid|(?:no|n.{1,2}o) (?:existe|encontrad)|inexistente|inv.{1,2}lid)",
    r"(?:utente|destinatario|indirizzo|casella|mailbox)[^.]{0,40}"
    r"(?:sconosciut|inesistente|non esiste|non trovat|non valid)",
    # Chinese, Japanese.
    r"(?:用户|用戶|收件人|邮箱|郵箱|信箱|地址|帐号|帳號|账号|账户|使用者)[^。]{0,12}(?:不存在|未找到|无效|無效)|"
    r"(?:无此|無此|查无|查無|找不到)[^。]{0,6}(?:用户|用戶|收件人|邮箱|郵箱|信箱|地址|帐号|帳號|账号|人|使用者)",
    r"(?:ユーザ|宛先|あて先|アドレス|メールボックス|アカウント|受信者)[^。]{0,30}"
    r"(?:存在しま|存在しな|見つかりま|見つから(?!ないか)|不明|ありませ|無効|ございませ)",
)

_MILDER = (
    (Said.FULL, _FULL),
    (Said.PASSING, _PASSING),
    (Said.POLICY, _POLICY),
    (Said.UNSURE, _UNSURE),
    (Said.DOUBTED, _DOUBTED),
)
