"""Activate elements of a running ad-hoc sub-process."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import AdHocActivation
from app.errors import NotFoundError
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import find_instance_of_element


def activate_ad_hoc(
    work: UnitOfWork,
    actor: Actor,
    element_key: int,
    elements: Sequence[AdHocActivation],
    *,
    cancel_remaining: bool = False,
) -> None:
    """Activate `elements` in the ad-hoc sub-process instance `element_key`.

    Raises ForbiddenError, NotFoundError for an unknown instance, ConflictError when its process has ended.
    """
    require_scope(actor, "operate")
    instance_key = find_instance_of_element(work.connection, element_key)
    if instance_key is None:
        raise NotFoundError(f"Expected an ad-hoc sub-process instance with key {element_key}, but there is none")
    tree = InstanceTree(work, actor)
    run = tree.open(instance_key)
    run.instance.activate_ad_hoc(element_key, elements, cancel_remaining_instances=cancel_remaining)
    details = {"elements": [one.element_id for one in elements], "sub_process": element_key}
    record_audit(work, actor, "MODIFY", "PROCESS_INSTANCE", instance_key, instance_key=instance_key, details=details)
    tree.settle(run)
