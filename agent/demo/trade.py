"""What becomes of the orders of the demo shop, up to today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from agent.demo.chance import choose
from agent.demo.orders import Line, Order
from agent.records import Row

Items = list[tuple[int, Line]]


@dataclass(frozen=True, slots=True)
class Fate:
    """How an order went on; what has not happened yet is None."""

    status: str
    paid: datetime | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    returned: date | None = None


def trade(rng: Random, world: dict[str, Any], orders: Iterable[Order], today: date) -> dict[str, list[Row]]:
    """The rows of orders, order_items, payments, shipments, returns and reviews.

    Nothing that would happen after `today` has happened, which is what makes the newest orders pending or
    shipped.
    """
    names = ("orders", "order_items", "payments", "shipments", "returns", "reviews")
    tables: dict[str, list[Row]] = {name: [] for name in names}

    def add(table: str, *values: Any) -> int:
        key = len(tables[table]) + 1
        tables[table].append((key, *values))
        return key

    now = datetime.combine(today, time.max)
    for order in orders:
        method = choose(rng, world["segments"][order.customer.segment]["methods"])
        fate = _fate(rng, world, order, method, now)
        seller = order.seller and order.seller.id
        total = order.total / 100
        key = add("orders", order.customer.id, seller, str(order.at), order.channel, fate.status, total)
        items = [(add("order_items", key, *_item(line)), line) for line in order.lines]
        for payment in _payments(rng, world, order, fate, method):
            add("payments", key, *payment)
        for shipment in _shipments(rng, world, fate, key):
            add("shipments", key, *shipment)
        for refund in _returns(rng, world, items, fate):
            add("returns", *refund)
        for review in _reviews(rng, world, items, fate, today):
            add("reviews", *review)
    return tables


def _fate(rng: Random, world: dict[str, Any], order: Order, method: str, now: datetime) -> Fate:
    chances = world["chances"]
    if rng.random() < chances["cancelled"]:
        return Fate("cancelled")
    days = rng.randint(0, world["payment_days"][method])
    paid = order.at + timedelta(days=days, minutes=rng.randint(1, 20))
    if paid > now or rng.random() < chances["unpaid"]:
        return Fate("pending")
    shipped = _later(rng, paid, 1, 3)
    if shipped > now:
        return Fate("pending", paid)
    delivered = _later(rng, shipped, 1, 6)
    if delivered > now:
        return Fate("shipped", paid, shipped)
    returned = _later(rng, delivered, 2, 20)
    if returned <= now and rng.random() < chances["returned"]:
        return Fate("returned", paid, shipped, delivered, returned.date())
    return Fate("delivered", paid, shipped, delivered)


def _later(rng: Random, moment: datetime, least: int, most: int) -> datetime:
    """Some days after a moment, between eight and six."""
    midnight = datetime.combine(moment.date(), time.min)
    return midnight + timedelta(days=rng.randint(least, most), hours=8, seconds=int(36_000 * rng.random()))


def _item(line: Line) -> Row:
    """What, how many, the price of one and of all."""
    return line.product.id, line.quantity, line.price / 100, line.total / 100


def _payments(rng: Random, world: dict[str, Any], order: Order, fate: Fate, method: str) -> Iterator[Row]:
    """When, how and how much: the total at once, or in two halves."""
    if fate.paid is not None:
        half = order.total // 2 if rng.random() < world["chances"]["two_payments"] else 0
        for cents in filter(None, (half, order.total - half)):
            yield str(fate.paid), method, cents / 100


def _shipments(rng: Random, world: dict[str, Any], fate: Fate, order: int) -> Iterator[Row]:
    """By whom, under which number, when it left and when it arrived."""
    if fate.shipped is not None:
        carrier = choose(rng, world["carriers"])
        number = f"{carrier[:2].upper()}{rng.randrange(1000):03d}{order:06d}"
        yield carrier, number, str(fate.shipped), fate.delivered and str(fate.delivered)


def _returns(rng: Random, world: dict[str, Any], items: Items, fate: Fate) -> Iterator[Row]:
    """Which item, when, why and how much was paid back, for at least one item of a returned order."""
    if fate.returned is not None:
        for position in sorted(rng.sample(range(len(items)), rng.randint(1, len(items)))):
            item, line = items[position]
            yield item, fate.returned.isoformat(), choose(rng, world["return_reasons"]), line.total / 100


def _reviews(rng: Random, world: dict[str, Any], items: Items, fate: Fate, today: date) -> Iterator[Row]:
    """Which item, when, how many stars and, if any, which words."""
    if fate.delivered is None:
        return
    for item, line in items:
        day = fate.delivered.date() + timedelta(days=rng.randint(1, 30))
        if day <= today and rng.random() < world["chances"]["reviewed"]:
            taste = world["brands"][line.product.brand] * rng.randint(0, 1)
            rating = min(5, max(1, choose(rng, world["ratings"]) + taste))
            silent = rng.random() < world["chances"]["no_comment"]
            yield item, day.isoformat(), rating, None if silent else rng.choice(world["comments"][rating])
