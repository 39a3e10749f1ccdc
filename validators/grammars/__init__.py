"""The grammars of the dialects, one module each, loaded when first asked for."""
