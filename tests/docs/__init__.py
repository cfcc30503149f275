"""The printed pages: made from the code, and checked against it."""
