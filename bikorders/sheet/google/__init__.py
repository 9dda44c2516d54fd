"""How is a Google Sheet read and changed? The only place that imports gspread."""
