"""Directories that keep people's passwords for us. Each file speaks to one kind; none knows an account."""
