"""Rules for what is shown: columns, names, whom a question asks for."""
