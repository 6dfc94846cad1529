"""The commands. Each module has one; all share what _frame.py says about errors and exit statuses."""
