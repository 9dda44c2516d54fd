"""How old may the copy be, when is it read again?"""
