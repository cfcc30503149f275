-- Until now one word stood for both; the milder one is taken for what was read before.
UPDATE returned_mail SET kind = 'delayed' WHERE kind = 'temporary';
