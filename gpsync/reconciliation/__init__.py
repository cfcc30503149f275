"""Where the records disagree, and who must act. Pure: frames in, findings out."""
