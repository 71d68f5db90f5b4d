"""Finding dead letters: by expression, by plain words, by an id; and putting them in order."""

from evwatch.deadletters.query.identifiers import correlations, related, with_id
from evwatch.deadletters.query.order import ORDERS, Order, ordered
from evwatch.deadletters.query.where import Selection, Where, compile_where
from evwatch.deadletters.query.words import Words, parse_filter, plain_words, searchable

__all__ = [
    "ORDERS",
    "Order",
    "Selection",
    "Where",
    "Words",
    "compile_where",
    "correlations",
    "ordered",
    "parse_filter",
    "plain_words",
    "related",
    "searchable",
    "with_id",
]
