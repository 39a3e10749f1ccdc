"""Who orders what and when in the demo shop."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt
from random import Random
from typing import Any

from agent.demo.chance import Arrivals, choose
from agent.demo.goods import Product
from agent.demo.people import Customer, Employee


@dataclass(frozen=True, slots=True)
class Line:
    """A product in an order, its quantity and the price of one in cents."""

    product: Product
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """Cents."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer ordered, when and how; `seller` is None on the web."""

    customer: Customer
    at: datetime
    channel: str
    seller: Employee | None
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """Cents."""
        return sum(line.total for line in self.lines)


class Market:
    """All who can buy and all that can be bought, with how likely each is.

    Customers come in order of sign-up and products in order of launch: nobody orders before they have signed
    up, and nothing sells before its launch.
    """

    def __init__(
        self,
        rng: Random,
        world: dict[str, Any],
        customers: Sequence[Customer],
        products: Sequence[Product],
        employees: Sequence[Employee],
    ) -> None:
        self._rng, self._world = rng, world
        self._customers, self._products = customers, products
        self._sellers = [employee for employee in employees if employee.title == world["sellers"]]
        self._hours = dict(enumerate(world["hours"]))
        idle = world["chances"]["never_orders"]
        self._buyers = Arrivals(
            world["segments"][customer.segment]["appetite"] * rng.lognormvariate(0, 0.8) * (rng.random() >= idle)
            for customer in customers
        )
        sold = len(products) - world["unsold"]
        self._goods = Arrivals(
            rng.lognormvariate(0, 0.6) / sqrt(product.price) * (product.id <= sold) for product in products
        )

    def orders(self, days: Sequence[date]) -> Iterator[Order]:
        """The orders of these days, in order of time; every day has some."""
        for number, day in enumerate(days):
            # Dates as ISO text compare in the order of time.
            known = bisect_right(self._customers, day.isoformat(), key=lambda customer: customer.signed_up_on)
            offered = bisect_right(self._products, day.isoformat(), key=lambda product: product.launched_on)
            for at in self._times(day, number / len(days)):
                customer = self._customers[self._buyers.draw(self._rng, known)]
                yield self._order(customer, at, offered)

    def _times(self, day: date, progress: float) -> list[datetime]:
        rng, rate = self._rng, self._world["orders_per_day"]
        growth = rate["first"] + (rate["last"] - rate["first"]) * progress
        season = self._world["months"][day.month - 1] * self._world["weekdays"][day.weekday()]
        count = max(2, round(growth * season * rng.uniform(0.75, 1.25)))
        times = (timedelta(hours=choose(rng, self._hours), seconds=int(3600 * rng.random())) for _ in range(count))
        return [datetime.combine(day, time.min) + since_midnight for since_midnight in sorted(times)]

    def _order(self, customer: Customer, at: datetime, offered: int) -> Order:
        rng = self._rng
        segment = self._world["segments"][customer.segment]
        channel = choose(rng, segment["channels"])
        seller = None if channel == "web" else rng.choice(self._sellers)
        count = choose(rng, self._world["lines"])
        discount = choose(rng, self._world["discounts"])
        # A dictionary drops a product drawn twice and, unlike a set, keeps the order.
        drawn = dict.fromkeys(self._goods.draw(rng, offered) for _ in range(count))
        lines = tuple(
            Line(
                product=self._products[position],
                # Small quantities are much more common than large ones.
                quantity=1 + int(segment["most"] * rng.random() ** 3),
                price=round(self._products[position].price * (100 - discount)),
            )
            for position in drawn
        )
        return Order(customer, at, channel, seller, lines)
