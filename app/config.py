"""Settings: one frozen record, read once from the environment."""
