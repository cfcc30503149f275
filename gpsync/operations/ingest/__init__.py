"""From a file in the inbox to the history."""
