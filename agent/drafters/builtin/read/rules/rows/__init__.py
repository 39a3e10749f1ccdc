"""Rules for rows that point to rows: of their own table, or by a key that is named."""
