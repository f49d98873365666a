"""What runs outside a request: the dispatcher, the worker, and the jobs they run."""
