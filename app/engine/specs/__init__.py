"""What each kind of element does: SpiffWorkflow task specs of our own, built once per definition and never changed."""
