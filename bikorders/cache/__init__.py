"""The copy of the sheet: how old it may be, and when it is read again."""
