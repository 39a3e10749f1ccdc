"""The typed query between reading and SQL, and what it names."""
