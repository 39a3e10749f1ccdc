"""The rules: each reads one kind of construction, and proposes a fragment wherever it may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.drafters.builtin.read.effects import Fragment
from agent.drafters.builtin.read.rules.conditions.against import against
from agent.drafters.builtin.read.rules.conditions.amounts import amounts
from agent.drafters.builtin.read.rules.conditions.coded import coded
from agent.drafters.builtin.read.rules.conditions.comparisons import comparisons
from agent.drafters.builtin.read.rules.conditions.counts import counts
from agent.drafters.builtin.read.rules.conditions.in_names import in_names
from agent.drafters.builtin.read.rules.conditions.mentions import mentions
from agent.drafters.builtin.read.rules.conditions.missing import missing
from agent.drafters.builtin.read.rules.conditions.number_lists import number_lists
from agent.drafters.builtin.read.rules.conditions.presence import presence
from agent.drafters.builtin.read.rules.conditions.repeaters import repeaters
from agent.drafters.builtin.read.rules.conditions.row_numbers import row_numbers
from agent.drafters.builtin.read.rules.conditions.stock_levels import stock_levels
from agent.drafters.builtin.read.rules.conditions.structure import structure
from agent.drafters.builtin.read.rules.conditions.text_tests import text_tests
from agent.drafters.builtin.read.rules.conditions.times_another import times_another
from agent.drafters.builtin.read.rules.conditions.undone import undone
from agent.drafters.builtin.read.rules.conditions.unstored import unstored
from agent.drafters.builtin.read.rules.conditions.vague import vague
from agent.drafters.builtin.read.rules.conditions.values import values
from agent.drafters.builtin.read.rules.figures.asked_ages import asked_ages
from agent.drafters.builtin.read.rules.figures.asked_prices import asked_prices
from agent.drafters.builtin.read.rules.figures.averages import averages
from agent.drafters.builtin.read.rules.figures.averages_over_units import averages_over_units
from agent.drafters.builtin.read.rules.figures.distributions import distributions
from agent.drafters.builtin.read.rules.figures.figures import figures
from agent.drafters.builtin.read.rules.figures.headcounts import headcounts
from agent.drafters.builtin.read.rules.figures.measures import measures
from agent.drafters.builtin.read.rules.figures.own_figures import own_figures
from agent.drafters.builtin.read.rules.figures.ranges import ranges
from agent.drafters.builtin.read.rules.figures.shares import shares
from agent.drafters.builtin.read.rules.figures.sold_pieces import sold_pieces
from agent.drafters.builtin.read.rules.figures.stocks import stocks
from agent.drafters.builtin.read.rules.groups.best_of_each import best_of_each
from agent.drafters.builtin.read.rules.groups.groupings import groupings
from agent.drafters.builtin.read.rules.groups.versus import versus
from agent.drafters.builtin.read.rules.orders.fastest import fastest
from agent.drafters.builtin.read.rules.orders.firsts import firsts
from agent.drafters.builtin.read.rules.orders.orderings import orderings
from agent.drafters.builtin.read.rules.orders.places import places
from agent.drafters.builtin.read.rules.orders.rankings import rankings
from agent.drafters.builtin.read.rules.orders.superlatives import superlatives
from agent.drafters.builtin.read.rules.rows.own_rows import own_rows
from agent.drafters.builtin.read.rules.rows.pointed_rows import pointed_rows
from agent.drafters.builtin.read.rules.rows.rows_below import rows_below
from agent.drafters.builtin.read.rules.rows.rows_within import rows_within
from agent.drafters.builtin.read.rules.rows.same_as import same_as
from agent.drafters.builtin.read.rules.shown.along import along
from agent.drafters.builtin.read.rules.shown.contacts import contacts
from agent.drafters.builtin.read.rules.shown.dates_shown import dates_shown
from agent.drafters.builtin.read.rules.shown.opinions import opinions
from agent.drafters.builtin.read.rules.shown.projections import projections
from agent.drafters.builtin.read.rules.shown.question_words import question_words
from agent.drafters.builtin.read.rules.shown.who import who
from agent.drafters.builtin.read.rules.times.compared_times import compared_times
from agent.drafters.builtin.read.rules.times.date_states import date_states
from agent.drafters.builtin.read.rules.times.done import done
from agent.drafters.builtin.read.rules.times.first_times import first_times
from agent.drafters.builtin.read.rules.times.recurring import recurring
from agent.drafters.builtin.read.rules.times.upcoming import upcoming
from agent.drafters.builtin.read.rules.times.windows import windows
from agent.drafters.builtin.read.scene import Scene

Rule = Callable[[Scene, int], Iterator[Fragment]]

RULES: tuple[Rule, ...] = (
    projections,
    along,
    measures,
    groupings,
    values,
    unstored,
    coded,
    comparisons,
    against,
    text_tests,
    number_lists,
    opinions,
    mentions,
    missing,
    windows,
    compared_times,
    superlatives,
    orderings,
    firsts,
    first_times,
    places,
    counts,
    structure,
    figures,
    amounts,
    ranges,
    rankings,
    row_numbers,
    shares,
    averages,
    averages_over_units,
    in_names,
    presence,
    question_words,
    who,
    own_figures,
    asked_ages,
    asked_prices,
    headcounts,
    stocks,
    stock_levels,
    sold_pieces,
    contacts,
    distributions,
    vague,
    own_rows,
    pointed_rows,
    times_another,
    undone,
    same_as,
    rows_within,
    rows_below,
    best_of_each,
    repeaters,
    versus,
    done,
    date_states,
    upcoming,
    fastest,
    recurring,
    dates_shown,
)
