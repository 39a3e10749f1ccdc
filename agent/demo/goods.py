"""What the demo shop sells: its categories and products."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, NamedTuple

from agent.demo.chance import spread


class Category(NamedTuple):
    """A row of the table categories."""

    id: int
    name: str
    parent_id: int | None


class Product(NamedTuple):
    """A row of the table products."""

    id: int
    sku: str
    name: str
    brand: str
    category_id: int
    price: float
    cost: float
    stock: int
    launched_on: str
    is_discontinued: bool


def make_categories(world: dict[str, Any]) -> list[Category]:
    """The departments first, then the categories within them."""
    catalogue = world["catalogue"]
    departments = [Category(number, name, None) for number, name in enumerate(catalogue, start=1)]
    leaves = [(name, parent.id) for parent in departments for name in catalogue[parent.name]]
    return departments + [Category(number, *leaf) for number, leaf in enumerate(leaves, start=len(departments) + 1)]


def make_products(
    rng: Random, world: dict[str, Any], categories: list[Category], first: date, today: date
) -> list[Product]:
    """Each product of the catalogue in two brands, by date of launch; some are older than the day `first`."""
    ids = {category.name: category.id for category in categories}
    goods = [
        (category, noun, brand, price)
        for department in world["catalogue"].values()
        for category, prices in department.items()
        for noun, price in prices.items()
        for brand in rng.sample(tuple(world["brands"]), k=2)
    ]
    rng.shuffle(goods)
    launches = spread(rng, first.replace(year=first.year - 2), today, len(goods))
    products = []
    for number, ((category, noun, brand, typical), launched) in enumerate(zip(goods, launches, strict=True), start=1):
        price = round(typical * rng.uniform(0.8, 1.3)) - rng.choice(world["price_endings"])
        products.append(
            Product(
                id=number,
                sku=f"{category[:3].upper()}-{number:04d}",
                name=f"{brand} {noun}",
                brand=brand,
                category_id=ids[category],
                price=round(price, 2),
                cost=round(price * rng.uniform(0.4, 0.7), 2),
                stock=max(0, round(rng.gauss(120, 80))),
                launched_on=launched.isoformat(),
                is_discontinued=rng.random() < world["chances"]["discontinued"],
            )
        )
    return products
