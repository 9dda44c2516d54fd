"""What does the owner see and fix?"""
