"""What refusals and returned mails say about an address. Pure."""
