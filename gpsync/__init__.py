"""gpsync: keeps the GMC register, the performers list and practice approvals together, night by night."""
