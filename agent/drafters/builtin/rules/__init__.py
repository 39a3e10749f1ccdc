"""The rules that read a question, one module each, named for its one function.

The order of RULES is the order of their claims on the words: what is absent or compared is taken before what is merely
named. A rule takes items out of the reading and adds parts of the query to it.
"""

from agent.drafters.builtin.rules.absences import absences
from agent.drafters.builtin.rules.aggregates import aggregates
from agent.drafters.builtin.rules.comparisons import comparisons
from agent.drafters.builtin.rules.groupings import groupings
from agent.drafters.builtin.rules.orderings import orderings
from agent.drafters.builtin.rules.projections import projections
from agent.drafters.builtin.rules.stored_values import stored_values
from agent.drafters.builtin.rules.subject import subject
from agent.drafters.builtin.rules.superlatives import superlatives
from agent.drafters.builtin.rules.windows import windows

RULES = (
    subject,
    absences,
    windows,
    comparisons,
    stored_values,
    orderings,
    superlatives,
    groupings,
    aggregates,
    projections,
)
