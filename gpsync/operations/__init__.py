"""What a run or a person does: one file, one operation. Gather, ask a decision, apply."""
