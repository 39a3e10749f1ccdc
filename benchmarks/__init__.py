"""How fast and how large sqlwright is, measured against what it replaces: `python -m benchmarks`."""
