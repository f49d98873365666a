"""Scanners that look for viruses in files for us. Each file speaks to one kind; none knows a complaint."""
