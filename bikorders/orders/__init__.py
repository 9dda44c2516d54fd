"""Which order do these rows make?"""
