"""Words to what they may mean in the schema and the lexicon."""
