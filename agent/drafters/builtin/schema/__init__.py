"""What the drafter asks of a schema: how tables are joined, what rows are called, when they happened."""
