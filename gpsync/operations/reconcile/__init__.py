"""From the newest extracts to the report of mismatches."""
