"""When, and in what order: gather, decide, apply. No rule, no SQL and no frame expression lives here."""
