"""What do cells, headers, rows and tabs say?"""
