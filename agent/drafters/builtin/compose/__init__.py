"""The typed query to SQL."""
