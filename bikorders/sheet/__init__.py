"""What was typed, how is it read and changed?"""
