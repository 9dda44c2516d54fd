"""Who is answered, with what status?"""
