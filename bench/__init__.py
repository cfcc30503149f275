"""Figures: gpsync beside its peers, on the same data and server in the same run."""
