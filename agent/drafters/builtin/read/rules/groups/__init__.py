"""Rules for groups: what a figure is given for each of."""
