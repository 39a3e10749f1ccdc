"""Rules for orders: superlatives, rankings, what comes first."""
