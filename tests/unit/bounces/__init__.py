"""Messages as they come back, made up after the shapes that mail systems give them."""
