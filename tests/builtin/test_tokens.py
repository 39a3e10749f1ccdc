from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.tokens import Token, stems, tokens, words

LEXICON = load_lexicon()


def cut(text: str) -> tuple[Token, ...]:
    return tokens(text, LEXICON.numbers, LEXICON.magnitudes, LEXICON.units)


def texts(text: str) -> list[str]:
    return [token.text for token in cut(text)]


def values(text: str) -> list[float | int | str]:
    return [token.value for token in cut(text) if token.value is not None]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("seven orders", [7]),
        ("twenty-five orders", [25]),
        ("twenty five orders", [25]),
        ("two hundred", [200]),
        ("two hundred and five", [205]),
        ("two hundred thousand five hundred and twelve", [200_512]),
        ("a hundred customers", [100]),
        ("hundred customers", [100]),
        ("half a million", [500_000]),
        ("3 million", [3_000_000]),
        ("3.5 million", [3_500_000]),
        ("2 dozen, a dozen and half a dozen", [24, 12, 6]),
        ("one hundred and two hundred", [100, 200]),
        ("between one hundred and fifty", [100, 50]),
        ("between one hundred and fifty and two hundred", [150, 200]),
        ("five, six", [5, 6]),
        ("five. Six", [5, 6]),
        ("half of the orders", []),
        ("a customer", []),
        ("hundreds of orders", []),
        ("3k, 5m", [3_000, 5_000_000]),
        ("$3,000", [3_000]),
        ("-5 and $-5 and .5", [-5, -5, 0.5]),
        ("5 – 10", [5, 10]),
        ("2018,2019", [2018, 2019]),
        ("16:9", [16, 9]),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(text: str, numbers: list[float]) -> None:
    assert values(text) == numbers


def test_a_number_of_several_words_is_one_token_as_typed() -> None:
    text = "over two hundred and five orders"

    number = cut(text)[1]
    assert number.text == text[number.start : number.end] == "two hundred and five"


def test_a_name_that_begins_with_a_number_stays_apart() -> None:
    assert texts("songs of Twenty One Pilots")[-3:] == ["Twenty", "One", "Pilots"]


def test_a_number_that_is_whole_is_exact() -> None:
    assert [type(value) for value in values("3 million, half a million, 2.5 million, 2.0")] == [int, int, int, float]


@pytest.mark.parametrize(
    ("text", "places"),
    [("the third order", [3]), ("1st, 22nd", [1, 22]), ("twenty-first", [21]), ("thirty-third", [33]), ("fifth", [5])],
)
def test_a_place_is_no_number(text: str, places: list[int]) -> None:
    assert [token.ordinal for token in cut(text) if token.ordinal] == places
    assert values(text) == []


@pytest.mark.parametrize("text", ["orders", "twenty", "seventy-customers", "0th", "tenth-first"])
def test_other_words_are_no_place(text: str) -> None:
    assert [token.ordinal for token in cut(text)] == [None] * len(cut(text))


@pytest.mark.parametrize(
    ("text", "cut_as"),
    [
        ("10 km", ["10", "km"]),
        ("5kg", ["5", "kg"]),
        ("5KG", ["5", "KG"]),
        ("20%", ["20", "%"]),
        ("€30", ["€", "30"]),
        ("30days", ["30", "days"]),
        ("5-star", ["5", "star"]),
        ("10-year-old", ["10", "year-old"]),
    ],
)
def test_what_a_number_counts_stands_beside_it(text: str, cut_as: list[str]) -> None:
    assert texts(text) == cut_as


@pytest.mark.parametrize(
    "code",
    [
        "A-12",
        "12-A",
        "3D",
        "747SP",
        "c#",
        "C++",
        "B+",
        "O-",
        "N/A",
        "AT&T",
        "T-Shirt",
        "O'Brien",
        "ann.lee+shop@example.co.uk",
        "https://example.org/a?b=1",
        "www.example.org",
        "192.168.1.1",
        "555-123-4567",
        "2008-09",
        "2018/19",
        "1990s",
    ],
)
def test_a_code_stays_whole(code: str) -> None:
    assert texts(f"those with {code}, please") == ["those", "with", code, ",", "please"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('named "Alpha"', "Alpha"),
        ("named “Alpha Beta”", "Alpha Beta"),
        ("named „Alpha“", "Alpha"),
        ("named «Alpha»", "Alpha"),
        ("named ``O'Brien & Sons''", "O'Brien & Sons"),
        ("named 'O'Brien'", "O'Brien"),
        ("named ‘O’Brien’", "O’Brien"),
        ("what's in 'Alpha' of the customers' orders", "Alpha"),
    ],
)
def test_quoted_text_is_one_value_without_its_quotes(text: str, quoted: str) -> None:
    assert values(text) == [quoted]


def test_a_lone_quote_says_nothing() -> None:
    assert texts('named "Alpha') == ["named", "Alpha"]


@pytest.mark.parametrize(
    ("typed", "stem"),
    [
        ("2018-03-17", "2018-03-17"),
        ("2018/03/17", "2018-03-17"),
        ("2018/3/7", "2018-03-07"),
        ("17.03.2018", "2018-03-17"),
        ("03/17/2018", "2018-03-17"),
        ("17/03/2018", "2018-03-17"),
        ("05/05/2018", "2018-05-05"),
        ("03/04/2018", "03/04/2018"),
        ("2024-02-30", "2024-02-30"),
        ("10:30", "10:30:00"),
        ("10:30:15", "10:30:15"),
        ("5pm", "17:00:00"),
        ("12:15 a.m.", "00:15:00"),
        ("25:10", "25:10"),
    ],
)
def test_a_date_or_time_has_its_iso_form_for_a_stem(typed: str, stem: str) -> None:
    assert [(token.text, token.stem, token.value) for token in cut(f"since {typed}")[1:]] == [(typed, stem, None)]


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("don't have", "do not have"),
        ("Don’t have", "do not have"),
        ("doesnt have", "does not have"),
        ("what's new", "what is new"),
        ("who're they", "who are they"),
        ("isn't it", "is not it"),
        ("they can't", "they can not"),
        ("do n't", "do not"),
        ("w/o orders", "without orders"),
    ],
)
def test_a_short_form_is_what_it_is_short_for(text: str, long: str) -> None:
    assert words(text) == words(long)
    assert stems(text) == stems(long)


def test_the_phrases_of_the_lexicon_match_with_and_without_apostrophe() -> None:
    assert words("didn't") in LEXICON.operators
    assert words("didnt") in LEXICON.operators


def test_possessives_are_dropped_and_lie_within_the_place() -> None:
    text = "Bob's orders, the customers' names and the shop 's country"

    assert texts(text) == ["Bob", "orders", ",", "the", "customers", "names", "and", "the", "shop", "country"]
    assert text[slice(cut(text)[0].start, cut(text)[0].end)] == "Bob's"


def test_dashes_are_signs_only_between_numbers() -> None:
    assert texts("orders - last month — all") == ["orders", "last", "month", "all"]
    assert texts("2010–2015") == ["2010", "–", "2015"]


@given(st.text(alphabet=st.sampled_from("a1s -–.,:/'’\"`$%&+#@wtTh0 "), max_size=60))
def test_any_text_is_cut_in_its_order(text: str) -> None:
    found = cut(text)

    assert [token.start for token in found] == sorted(token.start for token in found)
    assert all(0 <= token.start < token.end <= len(text) for token in found)


@pytest.mark.parametrize(
    "piece", ["'a", "a+", "1-", "a.", "1.", "``", "one-", "hundred ", "9" * 300 + " million ", "a@"]
)
def test_long_texts_are_cut_in_time(piece: str) -> None:
    start = process_time()
    cut(piece * (20_000 // len(piece)))

    assert process_time() - start < 2
