"""From BPMN XML with zeebe extensions to the records of `app.engine.model`, one file a subject."""
