"""Who buys from the demo shop and who works there: customers and employees."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import product
from random import Random
from typing import Any, NamedTuple

from agent.demo.chance import choose, spread


class Customer(NamedTuple):
    """A row of the table customers."""

    id: int
    name: str
    segment: str
    email: str
    phone: str | None
    city: str
    country: str
    signed_up_on: str
    newsletter: bool


class Employee(NamedTuple):
    """A row of the table employees."""

    id: int
    name: str
    title: str
    department: str
    manager_id: int | None
    hired_on: str
    salary: float


def make_customers(rng: Random, world: dict[str, Any], first: date, today: date) -> list[Customer]:
    """Customers by date of sign-up; a quarter of them signed up before the day `first`."""
    people = _names(rng, world["first_names"], world["last_names"])
    companies = _names(rng, world["last_names"], world["company_kinds"])
    segments = {name: segment["share"] for name, segment in world["segments"].items()}
    countries = {name: country["share"] for name, country in world["countries"].items()}
    customers = []
    sign_ups = spread(rng, first.replace(year=first.year - 1), today, world["customers"])
    for number, signed_up in enumerate(sign_ups, start=1):
        segment = choose(rng, segments)
        name = people.pop() if segment == "consumer" else companies.pop()
        country = choose(rng, countries)
        customers.append(
            Customer(
                id=number,
                name=name,
                segment=segment,
                email=f"{_ascii(name)}@example.com",
                phone=None if rng.random() < world["chances"]["no_phone"] else _phone(rng),
                city=rng.choice(world["countries"][country]["cities"]),
                country=country,
                signed_up_on=signed_up.isoformat(),
                newsletter=rng.random() < world["chances"]["newsletter"],
            )
        )
    return customers


def make_employees(rng: Random, world: dict[str, Any], first: date) -> list[Employee]:
    """Employees, managers before those whom they manage, all hired before the day `first`."""
    posts = [(title, post) for title, post in world["staff"].items() for _ in range(post["count"])]
    names = _names(rng, world["first_names"], world["last_names"])
    hirings = spread(rng, first.replace(year=first.year - 7), first, len(posts))
    holders: dict[str, int] = {}
    employees = []
    for number, ((title, post), hired) in enumerate(zip(posts, hirings, strict=True), start=1):
        employees.append(
            Employee(
                id=number,
                name=names.pop(),
                title=title,
                department=post["department"],
                manager_id=holders.get(post["manager"]),
                hired_on=hired.isoformat(),
                salary=round(post["salary"] * rng.uniform(0.92, 1.12), -1),
            )
        )
        holders.setdefault(title, number)
    return employees


def _names(rng: Random, first: list[str], second: list[str]) -> list[str]:
    """Every pair of words once, in random order."""
    names = [f"{one} {other}" for one, other in product(first, second)]
    rng.shuffle(names)
    return names


def _ascii(name: str) -> str:
    # The stroke of ł is no accent, so that decomposition leaves it.
    letters = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace(" ", "."))
    return letters.encode("ascii", "ignore").decode()


def _phone(rng: Random) -> str:
    return f"+{rng.randint(30, 49)} {rng.randint(100, 999)} {rng.randint(100_000, 999_999)}"
