"""Measuring sqlwright against questions whose answers are known: `agent eval`."""
