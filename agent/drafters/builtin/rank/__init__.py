"""The readings in order, and how sure the first is."""
