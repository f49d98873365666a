"""The stock client searches: filters, orders, pages by offset and by cursor; stores documents; signs in every way."""

from __future__ import annotations

import uuid
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import BadRequestError, NotFoundError, UnauthorizedError
from camunda_orchestration_sdk.models import (
    CreateDocumentData,
    CreateDocumentsData,
    DocumentLinkRequest,
    DocumentMetadata,
    ElementInstanceSearchQuery,
    ProcessInstanceSearchQuery,
)
from camunda_orchestration_sdk.types import File
from urllib3 import request as fetch

from tests.conformance.drawing import draw, process, user_task
from tests.conformance.v2.conftest import deploy, start, tasks
from tests.conformance.v2.live import PASSWORD, Live


@pytest.fixture(scope="module")
def ident(client: CamundaClient) -> str:
    """A process with seven instances, n = 0 … 6."""
    name = f"paged_{uuid.uuid4().hex[:8]}"
    deploy(client, f"{name}.bpmn", draw(process(ident=name, flows="s -> a -> e")))
    for n in range(7):
        start(client, name, {"n": n, "odd": n % 2 == 1}, tags=["even", f"tag-{n}"] if n % 2 == 0 else ["odd"])
    return name


def search(client: CamundaClient, ident: str, **query: object) -> tuple[list[str], object]:
    asked = {"filter": {"processDefinitionId": ident, **query.pop("filter", {})}, **query}
    found = client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(asked))
    return [one.process_instance_key for one in found.items], found.page


def test_pages_by_cursor_and_by_offset_are_the_same_pages(client: CamundaClient, ident: str) -> None:
    order = [{"field": "startDate", "order": "DESC"}]
    every, page = search(client, ident, sort=order)
    assert (len(every), page.total_items, page.has_more_total_items) == (7, 7, False)
    first, page = search(client, ident, sort=order, page={"limit": 3})
    second, after = search(client, ident, sort=order, page={"limit": 3, "after": page.end_cursor})
    assert second == search(client, ident, sort=order, page={"limit": 3, "from": 3})[0]
    back, _ = search(client, ident, sort=order, page={"limit": 3, "before": after.start_cursor})
    assert (first + second, back) == (every[:6], first)


def test_filters_take_operators_tags_and_variables(client: CamundaClient, ident: str) -> None:
    assert len(search(client, ident, filter={"tags": ["even"]})[0]) == 4
    assert len(search(client, ident, filter={"tags": ["even", "tag-2"]})[0]) == 1
    assert len(search(client, ident, filter={"variables": [{"name": "odd", "value": "true"}]})[0]) == 3
    assert len(search(client, ident, filter={"elementId": "a", "elementInstanceState": "ACTIVE"})[0]) == 7
    assert search(client, ident, filter={"startDate": {"$lt": "2020-01-01T00:00:00Z"}})[0] == []
    assert len(search(client, ident, filter={"processDefinitionId": {"$like": f"{ident[:-1]}?"}})[0]) == 7


@pytest.mark.parametrize(
    "query",
    [
        {"filter": {"nonsense": "x"}},
        {"filter": {"startDate": {"$gt": "yesterday"}}},
        {"filter": {"state": "ASLEEP"}},
        {"page": {"limit": 3, "after": "bm9uc2Vuc2U="}},
        {"page": {"limit": 100_000}},
        {"sort": [{"field": "tags"}]},
    ],
    ids=str,
)
def test_a_search_that_cannot_be_understood_is_refused_and_not_widened(live: Live, query: dict[str, object]) -> None:
    answer = fetch(
        "POST",
        f"{live.url}/v2/process-instances/search",
        json=query,
        headers={"Authorization": f"Basic {_basic('operator', PASSWORD)}"},
    )
    assert (answer.status, answer.json()["title"]) == (400, "INVALID_ARGUMENT")
    assert answer.headers["Content-Type"] == "application/problem+json"


def _basic(name: str, password: str) -> str:
    return b64encode(f"{name}:{password}".encode()).decode()


def test_a_document_is_stored_read_linked_and_deleted(client: CamundaClient) -> None:
    data = CreateDocumentData(file=File(payload=BytesIO("投诉".encode()), file_name="a.txt", mime_type="text/plain"))
    stored = client.create_document(data=data)
    assert (stored.metadata.file_name, stored.metadata.size) == ("a.txt", 6)
    read = client.get_document(stored.document_id, content_hash=stored.content_hash)
    assert read.payload.read().decode() == "投诉"
    link = client.create_document_link(stored.document_id, data=DocumentLinkRequest(time_to_live=60_000))
    assert fetch("GET", link.url).data.decode() == "投诉"
    client.delete_document(stored.document_id)
    with pytest.raises(NotFoundError):
        client.get_document(stored.document_id)


def test_several_documents_are_stored_together_each_with_what_is_told_of_it(client: CamundaClient) -> None:
    for names in (["one.txt"], ["one.txt", "two.txt"]):
        files = [File(payload=BytesIO(b"x"), file_name="x", mime_type="text/plain") for _ in names]
        told = [DocumentMetadata(file_name=name) for name in names]
        stored = client.create_documents(data=CreateDocumentsData(files=files, metadata_list=told))
        assert [one.metadata.file_name for one in stored.created_documents] == names
    with pytest.raises(BadRequestError):
        client.create_documents(data=CreateDocumentsData(files=[]))


def test_a_document_gets_no_id_that_no_address_can_hold(client: CamundaClient) -> None:
    for wrong in ("a/b", "..", ""):
        data = CreateDocumentData(file=File(payload=BytesIO(b"x"), file_name="a.txt", mime_type="text/plain"))
        with pytest.raises(BadRequestError):
            client.create_document(data=data, document_id=wrong)


def test_the_client_signs_in_by_oauth_too(live: Live, tmp_path: Path) -> None:
    configuration = {
        "CAMUNDA_REST_ADDRESS": live.url,
        "CAMUNDA_AUTH_STRATEGY": "OAUTH",
        "CAMUNDA_OAUTH_URL": f"{live.url}/oauth/token",
        "CAMUNDA_CLIENT_ID": "clerk",
        "CAMUNDA_CLIENT_SECRET": PASSWORD,
        "CAMUNDA_TOKEN_CACHE_DIR": str(tmp_path),
    }
    with CamundaClient(configuration=configuration) as opened:
        me = opened.get_authentication()
        assert (me.username, me.groups) == ("clerk", ["desk"])
        opened.auth_provider.close()


def test_nobody_gets_in_without_valid_credentials(live: Live) -> None:
    configuration = {"CAMUNDA_REST_ADDRESS": live.url, "CAMUNDA_AUTH_STRATEGY": "BASIC"}
    wrong = {"CAMUNDA_BASIC_AUTH_USERNAME": "operator", "CAMUNDA_BASIC_AUTH_PASSWORD": "wrong password"}
    with CamundaClient(configuration={**configuration, **wrong}) as opened, pytest.raises(UnauthorizedError):
        opened.get_authentication()


def test_the_installation_describes_itself(client: CamundaClient) -> None:
    topology = client.get_topology()
    assert (topology.cluster_size, topology.brokers[0].partitions[0].role.value) == (1, "leader")
    assert client.get_authentication().display_name == "Operator"


def test_elements_are_found_and_sorted_by_their_names(client: CamundaClient) -> None:
    process_id = f"named_{uuid.uuid4().hex[:8]}"
    steps = (user_task("one", name="Check it"), user_task("two", name="Ask back"), user_task("unnamed"))
    deploy(client, "named.bpmn", draw(process(*steps, ident=process_id, flows="s -> one -> two -> unnamed -> e")))
    key = start(client, process_id).process_instance_key
    for _ in range(2):
        client.complete_user_task(tasks(client, key)[0].user_task_key)

    def names(name: object, order: str) -> list[str]:
        wanted = {"processInstanceKey": key, "type": "USER_TASK", "elementName": name}
        asked = {"filter": wanted, "sort": [{"field": "elementName", "order": order}]}
        found = client.search_element_instances(data=ElementInstanceSearchQuery.from_dict(asked)).items
        return [one.element_name for one in found]

    assert names("Check it", "ASC") == ["Check it"]
    assert names({"$like": "*k*"}, "DESC") == ["Check it", "Ask back"]
    assert sorted(names({"$exists": True}, "ASC")) == ["Ask back", "Check it", "unnamed"]
