"""The procedures, tables and forms that come with the product, and their deployment."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.domain.actor import INSTALLER
from app.domain.table_releases import APPROVED
from app.services.deploy_resources import read_files, store_files
from app.services.read_resource import ResourceFile
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import has_resource, take_deployment_mark
from app.storage.table_releases import list_table_releases

ROOT = Path(__file__).parents[2]
FOLDERS = (("bpmn", "*.bpmn"), ("dmn", "*.dmn"), ("forms", "*.form"))


def read_shipped_models() -> list[ResourceFile]:
    """Return every shipped file, in the order of its name."""
    paths = [path for folder, pattern in FOLDERS for path in sorted((ROOT / folder).glob(pattern))]
    return [ResourceFile(path.name, path.read_bytes()) for path in paths]


def deploy_shipped_models(work: UnitOfWork) -> None:
    """Deploy the shipped files together, once for each edition of them: what people changed since stays as it is.

    A newer edition's tables come along, too, but for those that people have released versions of.
    """
    files = read_shipped_models()
    take_deployment_mark(work.connection)
    if all(has_resource(work.connection, file.name, hashlib.sha256(file.content).hexdigest()) for file in files):
        return
    theirs = {release.file for release in list_table_releases(work.connection, state=APPROVED)}
    store_files(work, INSTALLER, read_files([file for file in files if file.name not in theirs]), work.now)
