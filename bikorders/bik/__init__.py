"""What does Bik send and get?"""
