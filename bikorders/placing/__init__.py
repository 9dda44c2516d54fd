"""How does Bik's order reach the sheet, once?"""
