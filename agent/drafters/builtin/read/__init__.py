"""Items to fragments: what each span of a question may say."""
