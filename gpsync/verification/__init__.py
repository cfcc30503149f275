"""Who is mailed a verification link, when, and with what: the rules of the mailout. Pure."""
