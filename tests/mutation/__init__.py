"""Small changes are made to the code that decides, one at a time: each should be noticed by a test."""
