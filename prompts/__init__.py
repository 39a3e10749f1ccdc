"""The texts that models are given: templates as files, filled by a strict loader."""
