"""The 14-day window between a new GMC address and its verification link: one fold over a doctor's history. Pure."""
