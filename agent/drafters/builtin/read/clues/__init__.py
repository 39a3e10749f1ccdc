"""What rules look for at a place of the question, and what of the schema it may be about."""
