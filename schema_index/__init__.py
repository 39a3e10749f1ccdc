"""The schema index: what a database holds, found again by the words of a question.

Importing this package imports none of its modules, so that a face which needs one of them pays for no other.
"""
