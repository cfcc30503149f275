"""Who may import whom, and who touches the world: files, the clock, transactions, the mails' tables."""
