"""The procedures, tables and forms that come with the product, and their deployment."""

from __future__ import annotations

from pathlib import Path

from app.domain.actor import Actor
from app.services.deploy_resources import Deployment, deploy_resources
from app.services.read_resource import ResourceFile
from app.services.unit_of_work import UnitOfWork

ROOT = Path(__file__).parents[2]
FOLDERS = (("bpmn", "*.bpmn"), ("dmn", "*.dmn"), ("forms", "*.form"))
INSTALLER = Actor("redress", scopes=frozenset({"deploy"}))


def read_shipped_models() -> list[ResourceFile]:
    """Return every shipped file, in the order of its name."""
    paths = [path for folder, pattern in FOLDERS for path in sorted((ROOT / folder).glob(pattern))]
    return [ResourceFile(path.name, path.read_bytes()) for path in paths]


def deploy_shipped_models(work: UnitOfWork) -> Deployment:
    """Deploy the shipped files together; nothing is written where they are deployed already."""
    return deploy_resources(work, INSTALLER, read_shipped_models())
