"""Files in: what an extract looks like, how it is received, read and kept."""
