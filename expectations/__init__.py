"""What we accept: one Great Expectations suite per extract, and the gate that runs them."""
