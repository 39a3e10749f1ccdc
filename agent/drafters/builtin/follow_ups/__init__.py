"""Texts that go on from the question before them: "only in Germany", "by month instead", "and the bottom five".

The question before is read to its best reading; the follow-up is read by the same rules, its fragments replace some of
those of that reading or are added to them, and what they then say together is assembled anew.
"""
