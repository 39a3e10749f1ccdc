"""Rules for conditions: stored values, comparisons, counts of rows, what is missing."""
