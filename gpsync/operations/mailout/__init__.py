"""From a change that is due to a mail that was handed over."""
