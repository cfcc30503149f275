"""The performers list against itself (B18 to B25). Pure."""
