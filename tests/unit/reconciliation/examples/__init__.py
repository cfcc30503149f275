"""Every code raised, in each of its ways: what its findings say to the last word.

`python -m tests.unit.reconciliation.examples` prints `findings.txt` and `needs.txt` anew; look at the difference before
it is kept.
"""
