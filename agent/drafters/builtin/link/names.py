"""Every way in which the words of a question may name the tables and columns of a catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.lexicon.operators import Stems
from agent.drafters.builtin.link.general_names import general_names
from agent.drafters.builtin.question.tokens import stem, stems, words
from agent.drafters.builtin.schema.rows import keys, label_columns
from agent.records import Catalog, Column, Table
from agent.schema_index.per_catalog import per_catalog
from agent.schema_index.spoken import Spoken, common, spoken
from agent.schema_index.words import humanise, word_list

MAX_WORDS = 6
# Words for what a column of free text tells of a row.
_DETAILS = frozenset(stems("detail information description"))
_NO_NAMES = frozenset(stems("number code email id"))
# The letters of a name that is short for a longer word.
_SHORTEST, _SHORT = 3, 7
# The letters of a word that has the initial of its table before it.
_INITIAL = 4
# Words at the end of a column's name that say only what kind of column it is.
_KINDS = frozenset(stems("at on date time datetime timestamp id no code"))
# Words that join the parts of a name: "number of pages", "date and time".
JOINING = frozenset({"of", "and", "in", "per", "the", "for", "'s"})


@dataclass(frozen=True, slots=True)
class Named:
    """A table, or a column of it, with how well some words name it: 1 for the whole name."""

    table: Table
    column: Column | None
    score: float
    how: str


Names = Mapping[Stems, tuple[Named, ...]]


@per_catalog
def names(catalog: Catalog) -> Names:
    """Every name of every table and column, by the stems of its words, best first."""
    found: dict[Stems, dict[tuple[str, str], Named]] = defaultdict(dict)

    def add(phrase: Stems, named: Named) -> None:
        key = (named.table.id, named.column.name if named.column else "")
        known = found[phrase].get(key)
        if known is None or known.score < named.score:
            found[phrase][key] = named

    for table in catalog.entries:
        for phrase, named in _own_names(table, catalog):
            add(phrase, named)
        for phrase, named in _person_names(table, found):
            add(phrase, named)
    for phrase, table, how in general_names(catalog):
        add(phrase, Named(table, None, 0.8, how))
    # A table for which another stands is named in full.
    for table in catalog.tables:
        if table.shard_of:
            add(stems(table.name), Named(table, None, 1.0, "whole"))
    return {
        phrase: tuple(sorted(links.values(), key=lambda named: -named.score))
        for phrase, links in found.items()
        if phrase
    }


def _own_names(table: Table, catalog: Catalog) -> Iterator[tuple[Stems, Named]]:
    """What the table and its columns are called, whole and in parts."""
    said = spoken(table, {})
    for phrase, score, how in _table_names(table, said, catalog):
        yield phrase, Named(table, None, score, how)
    for column in table.columns:
        for phrase, score, how in _column_names(table, column, said):
            yield phrase, Named(table, column, score, how)
    for phrase, label, score in _label_names(table, said):
        yield phrase, Named(table, label, score, "label")
    for phrase, detail in _detail_names(table, said):
        yield phrase, Named(table, detail, 0.6, "synonym")
    for phrase in _sub_names(table):
        yield phrase, Named(table, None, 0.95, "core")


def _sub_names(table: Table) -> Iterator[Stems]:
    """What rows are called that point to rows of their own table: "subtasks", "sub-categories"."""
    *_, last = humanise(table.name).split()
    if any(key.target == table.id for key in table.foreign_keys):
        yield from (stems(f"sub{last}"), stems(f"sub {last}"))


@per_catalog
def short_names(catalog: Catalog) -> Mapping[str, tuple[Named, ...]]:
    """What is called by one short word that is none of English, as `enr` may be short for enrolment."""
    found: dict[str, list[Named]] = defaultdict(list)
    for table in catalog.entries:
        for column in (None, *table.columns):
            word = (column or table).name.casefold()
            if _SHORTEST <= len(word) <= _SHORT and word.isalpha() and word not in word_list("common_words.txt"):
                found[word].append(Named(table, column, 0.7, "short"))
    return {word: tuple(named) for word, named in found.items()}


def shortened(word: str, catalog: Catalog) -> tuple[Named, ...]:
    """The tables and columns whose name may be short for a word in lower case: its first letters."""
    known = short_names(catalog)
    for length in range(min(_SHORT, len(word) - 3), _SHORTEST - 1, -1):
        if word[:length] in known:
            return known[word[:length]]
    return ()


def _label_names(table: Table, said: Spoken) -> Iterator[tuple[Stems, Column, float]]:
    """ "name" and "title" mean what rows are called, whatever the column is called."""
    labels = label_columns(table, load_lexicon())
    if len(labels) != 1 or labels[0].kind != "text" or labels[0].name in keys(table):
        return
    # A number is what rows are told apart by, but not what they are called.
    if not set(stems(humanise(labels[0].name))[-1:]) & _NO_NAMES:
        for word in stems("name title"):
            yield (word,), labels[0], 0.6
            yield (*stems(said.table), word), labels[0], 0.85


def _plural(name: str) -> str:
    """A name with the plurals of abbreviations written out, too: `hrs` is hours."""
    return " ".join(common().get(word[:-1], word) if word.endswith("s") else word for word in name.split())


def _detail_names(table: Table, said: Spoken) -> Iterator[tuple[Stems, Column]]:
    """ "information" means what a column of details holds."""
    for column in table.columns:
        if set(stems(said.columns[column.name])[-1:]) & _DETAILS:
            for word in _DETAILS:
                yield (word,), column


def _person_names(table: Table, known: Mapping[Stems, Mapping[tuple[str, str], Named]]) -> list[tuple[Stems, Named]]:
    """The other ways to say first name and last name, where the table has such columns."""
    found = []
    for said in (load_lexicon().first_names, load_lexicon().last_names):
        phrases = [stems(phrase) for phrase in said]
        links = [link for phrase in phrases for link in known.get(phrase, {}).values()]
        named = [link for link in links if link.table.id == table.id and link.column]
        best = max(named, key=lambda link: link.score, default=None)
        if best is not None and best.score >= 0.9:
            found += [(phrase, replace(best, score=0.95, how="synonym")) for phrase in phrases]
    return found


def _table_names(table: Table, said: Spoken, catalog: Catalog) -> Iterator[tuple[Stems, float, str]]:
    wholes = dict.fromkeys((stems(humanise(table.name)), stems(table.name), stems(said.table)), "whole")
    wholes |= dict.fromkeys(map(stems, table.synonyms), "synonym")
    if schema := table.schema:
        wholes |= {stems(humanise(f"{schema}.{table.name}")): "whole", stems(f"{schema}.{table.name}"): "whole"}
    elif any(other.schema and other.name == table.name for other in catalog.tables):
        # Nobody names the default schema but to tell a table from one of another schema.
        yield stems(f"{catalog.default_schema}.{table.name}"), 1.0, "whole"
    for whole, how in wholes.items():
        yield whole, 1.0, how
        for part, score, kind in _parts(whole):
            yield part, score - 0.1, kind


def _column_names(table: Table, column: Column, said: Spoken) -> Iterator[tuple[Stems, float, str]]:
    pointer = column.name in keys(table)
    own = stems(said.table)
    spelled = (
        humanise(column.name),
        column.name,
        said.columns[column.name],
        _plural(said.columns[column.name]),
        # Of `LName` the parts alone say nothing.
        common().get(column.name.casefold().replace("_", ""), column.name),
    )
    phrases = {stems(phrase): (phrase, "whole") for phrase in spelled}
    phrases |= {stems(phrase): (phrase, "synonym") for phrase in column.synonyms}
    for whole, (phrase, how) in phrases.items():
        if not whole:
            # A name of signs alone can only be typed in quotes.
            continue
        yield whole, 1.0, how
        if not pointer:
            yield from _parts(whole)
        elif len(whole) > 1 and whole[-1] in _KINDS:
            # "customer" for customer_id is rather the customer.
            yield whole[:-1], 0.5, "pointer"
            yield whole[-1:], 0.55, "last"
        # The initial of the table before a word: `dname` of department.
        initial, rest = whole[0][:1], (whole[0][1:], *whole[1:]) if len(whole[0]) > 1 else whole[1:]
        if rest and own[:1] and initial == own[0][:1] and len(rest[0]) >= _INITIAL and _follows_initial(phrase):
            yield rest, 0.85, "own"
        # What repeats the name of its table: "name" for singer_name of singer.
        if len(whole) > len(own) and whole[: len(own)] == own:
            yield whole[len(own) :], 0.95, "own"
        elif len(whole) > 1 and whole[0] in own:
            yield whole[1:], 0.9, "own"
    if (column.name,) == table.primary_key:
        yield (stem("id"),), 0.8, "key"


def _follows_initial(phrase: str) -> bool:
    """Whether a word of English begins at the second letter of a phrase."""
    first, *others = words(phrase)
    begins = first[1:] if len(first) > 1 else others[0] if others else ""
    return begins in word_list("common_words.txt")


def _parts(whole: Stems) -> Iterator[tuple[Stems, float, str]]:
    """Neighbouring words of a name: the more of it the better, and the last word more than the first."""
    if len(whole) > MAX_WORDS:
        return
    without = [word for word in whole if word not in JOINING]
    if len(without) < len(whole):
        yield tuple(without), 0.95, "whole"
    for start in range(len(whole)):
        for end in range(start + 1, len(whole) + 1):
            length = end - start
            if length == len(whole) or (length == 1 and whole[start] in JOINING):
                continue
            share = length / len(whole)
            how = "last" if end == len(whole) else "first" if start == 0 else "middle"
            bonus = {"last": 0.1, "first": 0.0, "middle": -0.05}[how]
            if how == "first" and set(whole[end:]) <= _KINDS:
                how, bonus = "core", 0.2
            yield whole[start:end], 0.45 + 0.3 * share + bonus, how
