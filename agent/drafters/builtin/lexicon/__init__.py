"""The phrases that the drafter knows."""
