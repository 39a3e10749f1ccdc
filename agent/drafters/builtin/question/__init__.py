"""The text of a question, cut and put right: words, numbers, dates, slips of the pen."""
