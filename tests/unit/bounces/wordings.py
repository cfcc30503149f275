"""What mail systems say when they refuse, in words of our own after theirs: one refusal a line, its code first.

`-` stands for no code. `@` stands for the address that was written to, `%` for its domain.
"""

#: It is about us, our letter, or a list: whatever the code, the address is good as far as anybody knows.
POLICY = """
5.7.1    550 5.7.1 The message was taken for spam and is rejected
5.7.1    554 5.7.1 Service unavailable; client host [192.0.2.9] blocked using bl.example.test
5.7.1    550 5.7.1 Mail from 192.0.2.9 refused by a DNS blocklist, see http://lookup.example.test/192.0.2.9
5.7.1    550 5.7.1 Your IP is listed at list.example.test; ask there to be taken off
5.7.606  550 5.7.606 Access denied, banned sending IP [192.0.2.9]; ask to be delisted
5.7.511  550 5.7.511 Access denied, banned sender [192.0.2.9]
5.7.1    550-5.7.1 Our system has found that this message is likely unsolicited mail; it has been blocked.
5.7.26   550-5.7.26 This mail has been blocked because the sender is unauthenticated: neither SPF nor DKIM passed
5.7.26   550 5.7.26 Unauthenticated email from pcse.example is not accepted due to the domain's DMARC policy
5.7.23   550 5.7.23 The message was rejected because of an SPF violation
5.1.0    550 5.1.0 192.0.2.9 may not send for pcse.example by its SPF record
5.1.1    550 5.1.1 Message failed DMARC checks for pcse.example
5.7.509  550 5.7.509 Access denied, sending domain pcse.example does not pass DMARC verification
5.7.20   550 5.7.20 No passing DKIM signature found
5.7.25   550-5.7.25 The IP address sending this message has no PTR record, or its forward entry does not match
5.7.1    550 5.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.9]
-        554 Refused: no reverse DNS for 192.0.2.9
-        550 rDNS of your host does not exist
5.7.1    554 5.7.1 <relay.pcse.example>: Helo command rejected: Host not found
-        550 HELO name invalid, use your full host name
-        550 Dynamic address ranges may not send here; use the mail server of your provider
5.7.1    550 5.7.1 Unable to relay for @
5.7.1    554 5.7.1 <@>: Relay access denied
-        550 relay not permitted
-        550 relaying denied
-        550 5.7.0 Local policy: we do not relay
5.7.64   550 5.7.64 TenantAttribution; Relay Access Denied
5.7.1    553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
-        553 not in allowed rcpthosts
5.1.8    550 5.1.8 <noreply@pcse.example>: Sender address rejected: Domain not found
5.1.8    501 5.1.8 Domain of sender address noreply@pcse.example does not exist
-        550 Sender verify failed
-        550-Verification failed for <noreply@pcse.example> 550-No such user here 550 Sender verify failed
-        550 Callback verification of the return path failed: user unknown
5.1.7    553 5.1.7 The address given as sender is not valid
-        550 Unknown sender, no such account noreply@pcse.example
-        553 Invalid sender
5.1.90   550 5.1.90 Your message cannot be sent because you have reached your daily limit of recipients
5.1.90   550 5.1.90 the daily limit of recipients has been reached
5.1.1    550 5.1.1 Your account has exceeded the daily sending limit
5.7.232  550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit
5.1.8    550 5.1.8 Access denied, bad outbound sender
5.7.1    550 5.7.1 RESOLVER.RST.AuthenticationRequired; authentication required
5.7.1    550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized
5.7.133  550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required to write to this group
5.7.124  550 5.7.124 The sender is not on the list of those who may write to this group
5.2.3    550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient
5.3.4    552 5.3.4 Message size exceeds fixed limit
5.3.4    552 5.3.4 Error: message file too big
-        552 The message is larger than the maximum size that we accept
5.2.3    550 5.2.3 message length exceeds the administrative limit of this address
5.7.0    552-5.7.0 This message was blocked because its content presents a potential security issue
5.6.0    550 5.6.0 Message rejected: it is malformed, several From headers
5.6.1    550 5.6.1 8-bit content is not supported by this host
-        550 Message headers fail the syntax check
-        554 Attachment type .zip is not permitted here
-        550 A virus was found in your message
-        550 The message contains a URL that stands on a block list
-        554 Message refused for content reasons
-        550 Administrative prohibition
-        550 Blocked by the recipient's own rules
-        550 The user does not accept mail from this sender
-        550 Rejected by header based policy: see https://community.example.test/rejects
-        550 Envelope blocked - see https://community.example.test/docs#550
-        550 Rejected by the gateway: reputation of 192.0.2.9 is too low
-        554 Your access to this mail system has been rejected due to the sending MTA's poor reputation
-        553-Mail from 192.0.2.9 not allowed - 553 see http://postmaster.example.test/550-bl23.html
-        554 rejected due to spam content
5.7.1    550 5.7.1 The list rejects mail of those who are not subscribed to it
-        550 You are not allowed to post to this mailing list; only members of it are
-        550 The moderator of the list did not approve your posting
5.7.1    550 5.7.1 This group only accepts messages from people in its organization
5.7.10   550 5.7.10 TLS is required by this recipient's domain
-        554 Encryption needed to send to this address
5.5.2    500 5.5.2 Command not recognized
-        550 This host does not serve mail from outside; the firewall forbids it
5.0.350  550 5.0.350 Remote server returned an error -> 550 blocked as spam
5.1.351  550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 554 blocked by policy
5.7.1    550 5.7.1 no such user
5.7.999  -
-        550 Adresse gesperrt
-        554 Message refusé pour raisons de politique
-        550 邮件被拒绝 spam
"""

#: It may pass, or somebody at the other end mends it.
RETURNED = """
5.2.2    552 5.2.2 mailbox over quota
5.2.2    550 5.2.2 <@>: the user's mailbox is full
5.1.1    552 5.2.2 the mailbox of @ is over its quota
5.2.2    554 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException; mailbox full
5.2.2    552-5.2.2 The account that you tried to reach is over quota and inactive
5.2.2    550 5.2.2 <@>... Mailbox full, user unknown to have room
-        552 mailbox full
-        552 Quota violation for @
-        550 Quota exceeded (mailbox for user is full)
-        554 Delivery error: sorry, your message to @ cannot be delivered. This mailbox is over quota
-        552 Requested mail action aborted: exceeded storage allocation
-        550 User's disk quota exceeded
-        550 not enough storage space for @
-        552 The inbox of this user has too many messages in it
5.0.350  550 5.0.350 Remote server returned an error -> 552 mailbox full
5.0.0    550 account @ is over quota
-        maildir delivery failed: maildir over quota
-        550 <@> Benutzer hat zuviele Mails, das Postfach ist voll
-        552 La boite du destinataire est pleine
-        550 El buzón del usuario está lleno
-        550 Destinatario desconocido o mailbox lleno
-        550 La casella del destinatario è piena
-        552 用户邮箱空间不足
5.2.1    550-5.2.1 this user gets mail at a rate that prevents further messages from being delivered
5.2.1    550 5.2.1 The user you are trying to reach is receiving mail too quickly
5.2.121  550 5.2.121 Recipient has exceeded the per hour limit on messages from one sender
5.2.122  550 5.2.122 The recipient has exceeded their limit on mail per hour
-        550 rate limited, try again in an hour
-        550 Too many connections from your network
-        554 Too many invalid recipients
-        550 Too many messages to this mailbox; throttled
4.7.1    451 4.7.1 Greylisted, please come back later
-        550 Greylisting in action, try again later
4.2.0    450 4.2.0 <@>: Recipient address rejected: Greylisted for 5 minutes
-        450 Requested action not taken: mailbox unavailable
4.3.2    452 4.3.2 Connection rate limit exceeded
4.1.1    450 4.1.1 <@>: Recipient address rejected: unverified address
-        451 Temporary local problem
4.4.7    550 4.4.7 QUEUE.Expired; message expired
4.4.7    delivery temporarily suspended: connection timed out
4.4.1    connect to mx.%[192.0.2.1]:25: Connection refused
4.4.2    conversation with mx.% timed out while sending RCPT TO
4.4.3    Host or domain name not found. Name service error for name=% type=MX: Host not found, try again
4.3.5    mail system configuration error
5.4.7    the message stayed in the queue too long and was given up
5.4.300  550 5.4.300 Message expired; cannot connect to the remote server
5.4.316  550 5.4.316 Message expired, connection refused
5.4.312  550 5.4.312 Message expired, DNS query failed
5.4.1    connection timed out, no answer from host
-        retry timeout exceeded
5.0.0    retry time not reached for any host after a long failure period
-        could not be delivered for 5 days; the queue gave it up
-        Message could not be delivered within 3 days: mx.% is not responding
-        lost connection with mx.% while receiving the initial server greeting
-        Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
-        all hosts for % have been failing for a long time; connection refused, no route to host
-        lookup of % did not complete: the name server timed out
5.4.4    SERVFAIL when asking for the MX of %
5.1.2    DNS timeout for %
5.4.6    554 5.4.6 Too many hops
5.4.14   554 5.4.14 Hop count exceeded - possible mail loop
5.4.6    mail for % loops back to myself
-        554 loop detected: 25 Received lines
5.3.1    452 5.3.1 Mail system full
-        554 I/O error while writing the message
-        550 System error: cannot open the mailbox file
-        local delivery failed: can't create output, /var/mail/d.harrow: no such user
-        Command died with status 75: "/usr/lib/dovecot/deliver"
5.3.0    554 5.3.0 unknown mailer error 1
-        550 the server is under maintenance, please resend tomorrow
-        554 Service currently unavailable
-        452 Insufficient system resources
"""

#: Nothing that says what it is, or what only a person can judge.
UNRECOGNISED = """
5.0.0    550 rejected
-        550 rejected
-        550
-        550 permanent failure for one or more recipients
5.1.1    550 5.1.1 unknown error
5.1.1    -
5.1.10   -
5.1.2    -
5.0.0    -
5.4.4    -
-        554 transaction failed
-        550 Requested action not taken: mailbox unavailable
5.5.0    550 5.5.0 Requested action not taken: mailbox unavailable
5.2.1    550 5.2.1 mailbox disabled
5.2.1    550 5.2.1 The email account that you tried to reach is disabled
-        550 This account is disabled by its administrator
-        550 User account suspended
-        554 delivery error: dd This account has been disabled or discontinued
-        550 The account @ has been inactive for a year
-        550 account is locked
5.1.6    551 5.1.6 the mailbox has moved
-        551 User not local; please try <harrow@new.example>
-        551 no such user here, please try <harrow@new.example>
-        551 the address has changed to harrow@new.example
-        550 Mailbox moved; my new address is harrow@new.example
5.1.3    501 5.1.3 bad address
5.1.351  550 5.1.351 Remote server returned unknown recipient or mailbox unavailable
5.1.4    550 5.1.4 the name stands for several
-        User d.harrow (@) is not unique; several matches found in Domino Directory
-        550 could not be forwarded to the address that the owner has set
-        554 No valid recipients
-        550 recipient rejected
"""

#: The address, or its domain, does not exist.
ABSENT = """
5.1.1    550 5.1.1 <@>: Recipient address rejected: User unknown in virtual mailbox table
5.1.1    550 5.1.1 <@>: Recipient address rejected: User unknown in local recipient table
5.1.1    550 5.1.1 <@>: Recipient address rejected: undeliverable address: host mx.%[192.0.2.1] said: 550 user unknown
5.1.1    unknown user: "d.harrow"
5.1.1    550 5.1.1 <@>... User unknown
5.1.1    550 5.1.1 <@>: User does not exist
5.1.1    550-5.1.1 The email account that you tried to reach does not exist. Please 550-5.1.1 look for typos
5.1.1    550 5.1.1 RESOLVER.ADR.RecipNotFound; not found
5.1.1    550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found
5.1.10   550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient @ not found by SMTP address lookup
5.4.1    550 5.4.1 Recipient address rejected: Access denied. AS(201806281)
5.0.350  550 5.0.350 Remote server returned an error -> 550 no such user here
5.1.351  550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 5.1.1 User unknown
5.1.1    550 5.1.1 mailbox unavailable
5.1.1    550 5.1.1 recipient rejected
5.1.1    550 5.1.1 unknown address, please check the spelling
5.1.0    550 5.1.0 <@>: Recipient unknown
5.1.1    550 5.1.1 sorry, no mailbox here by that name
-        sorry, no mailbox here by that name. (#5.1.1)
-        550 sorry, no mailbox here by that name (#5.1.1 - chkuser)
-        This address no longer exists here. (#5.1.1)
-        550 No Such User Here
-        550 no such recipient
-        550 no such mailbox
-        550 No such person at this address
-        550 Unknown user @
-        550 unknown local part in @
-        550 unknown or illegal alias
-        550 Unrouteable address
-        550 user @ does not exist
-        550 <@> User not known
-        550 User not found: d.harrow
-        554 delivery error: dd This user doesn't have a % account (@)
-        554 delivery error: dd Requested mail action not taken: mailbox not found
-        550 Mailbox not found
-        550 mailbox does not exist
-        550 Address does not exist at this host
-        550 invalid recipient @
-        550 Invalid Recipient - https://community.example.test/docs#550
-        550 Address invalid
-        550 invalid mailbox
-        550 not a valid mailbox
-        550 @ is not a valid recipient address
-        550 account does not exist
-        550 Account not found
-        550 There is no such account
-        550 this account has been closed
-        550 the mailbox has been deleted
-        550 The address @ is no longer valid
-        550 d.harrow no longer works here
-        550 5.1.1 <@> has left the practice
-        550 #5.1.0 Address rejected: user unknown
-        550 User d.harrow (@) not listed in Domino Directory
-        User not listed in public Name & Address Book
-        550 d.harrow is not in the directory of this server
-        The recipient name is not recognized
-        550 the recipient could not be found
-        550 Non-existent user
-        550 The message was not accepted: invalid mailbox. Local mailbox @ is unavailable: user not found
-        553 5.3.0 <@>... No such user here
-        550 5.2.1 User unknown
5.5.0    550 5.5.0 user unknown
5.0.0    550 5.0.0 <@>... User unknown
5.3.0    550 5.3.0 <@>... No such user
5.4.4    Host or domain name not found. Name service error for name=% type=A: Host not found
5.1.2    550 5.1.2 <@>... Host unknown (Name server: %: host not found)
5.1.2    Sorry, I couldn't find any host named %. (#5.1.2)
5.4.310  550 5.4.310 DNS domain % does not exist
5.1.2    550 5.1.2 the domain % does not exist
-        unrouteable mail domain "%"
-        Domain does not exist
-        550 No such domain %
-        550 Unknown host
-        Illegal host/domain name found
-        550 Benutzer unbekannt
-        550 Empfänger existiert nicht
-        550 Unbekannter Benutzer
-        550 Utilisateur inconnu
-        550 5.1.1 Adresse d'au moins un destinataire invalide
-        550 El usuario no existe
-        550 Destinatario desconocido
-        550 Onbekende gebruiker
-        550 Het adres bestaat niet
-        550 Utente sconosciuto
-        550 Indirizzo inesistente
-        550 Usuário desconhecido
-        550 用户不存在
-        550 收件人地址不存在
-        550 查无此人
-        550 宛先のメールアドレスが存在しません
-        550 ユーザーが見つかりません
"""

#: Nobody is there either, but what stands beside it says something milder.
ABSENT_READ_MILDER = """
4.1.1    450 4.1.1 <@>: Recipient address rejected: User unknown
5.1.1    550 5.1.1 user unknown; your message looks like spam
5.7.1    550 5.7.1 Recipient not found
5.2.1    550 5.2.1 user unknown or disabled
5.2.2    550 5.2.2 no such user or mailbox full
"""
