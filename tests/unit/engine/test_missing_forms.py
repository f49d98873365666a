"""A user task whose form is not deployed."""

from dataclasses import replace

from tests.conformance.drawing import process, user_task, zeebe
from tests.conformance.playing import Stage


def test_a_missing_form_is_an_incident_until_it_is_deployed(stage: Stage) -> None:
    deployed: set[str] = set()
    stage.ports = replace(stage.ports, has_form=lambda form_id, _binding, _tag: form_id in deployed)
    play = stage.play(process(user_task("a", zeebe("formDefinition", formId="complaint")), flows="s -> a -> e"))
    assert play.errors == [("a", "FORM_NOT_FOUND")]
    deployed.add("complaint")
    assert play.retry().waiting == ["a"]
