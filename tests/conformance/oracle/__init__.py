"""Random block-structured processes, run by the engine and by a small interpreter that shares no code with it."""
