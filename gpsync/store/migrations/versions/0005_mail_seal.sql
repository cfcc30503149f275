-- The secret that seals a mail never comes here, so mails planned before have none: the mailout writes those anew.
ALTER TABLE outbox ADD COLUMN seal TEXT;
