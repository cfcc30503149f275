"""The performers list against the GMC register (B01 to B17). Pure."""
