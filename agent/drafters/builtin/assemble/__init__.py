"""Fragments to typed queries."""
