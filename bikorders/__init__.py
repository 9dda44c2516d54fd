"""Answers Bik's getOrder from the Google Sheet where a shop keeps its orders by hand."""

__version__ = "0.1.0"
