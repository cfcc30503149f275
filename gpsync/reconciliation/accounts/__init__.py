"""GMC addresses, verification links and PCSE Online accounts (B57 to B67). Pure."""
