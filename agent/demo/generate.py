"""All rows of the demo shop, from a fixed seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from agent.demo.goods import make_categories, make_products
from agent.demo.orders import Market
from agent.demo.people import make_customers, make_employees
from agent.demo.trade import trade
from agent.records import Row

WORLD = Path(__file__).with_name("world.yaml")
YEARS = 3
SEED = 1


def generate(today: date) -> Mapping[str, Sequence[Row]]:
    """The rows of each table, parents before children, with their columns as in `agent.demo.schema`.

    Orders run from the first of this month three years ago up to and including `today`. The same day gives
    the same rows. Days are ISO text, money is in euros.
    """
    world: dict[str, Any] = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    first = date(today.year - YEARS, today.month, 1)
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    rng = Random(SEED)
    categories = make_categories(world)
    products = make_products(rng, world, categories, first, today)
    customers = make_customers(rng, world, first, today)
    employees = make_employees(rng, world, first)
    market = Market(rng, world, customers, products, employees)
    return {
        "categories": categories,
        "products": products,
        "customers": customers,
        "employees": employees,
        **trade(rng, world, market.orders(days), today),
    }
