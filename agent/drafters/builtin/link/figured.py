"""What the words for figures mean that no column is named by: something computed, money, a total said once more."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.computed import computed
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.link.lasting import lasting
from agent.drafters.builtin.link.money import money
from agent.drafters.builtin.link.own_amounts import own_amounts
from agent.drafters.builtin.link.said_again import said_again
from agent.records import Catalog


def figured(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> tuple[Item, ...]:
    """The items, with those that name a figure as one item that names it like a column."""
    timed = lasting(computed(own_amounts(items, lexicon), catalog, lexicon), catalog, lexicon)
    return said_again(money(timed, catalog, lexicon), lexicon)
