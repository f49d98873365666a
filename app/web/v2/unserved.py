"""Operations of the engine API that are known and not served: each answers 501 with a problem that names it."""

from __future__ import annotations

from app.web.v2.operation import Operation, add

UNSERVED = (
    ("delete_decision_instance", "POST", "/decision-instances/{decision_evaluation_key}/deletion"),
    ("delete_decision_instances_batch_operation", "POST", "/decision-instances/deletion"),
    ("get_global_job_statistics", "GET", "/jobs/statistics/global"),
    ("get_job_error_statistics", "POST", "/jobs/statistics/errors"),
    ("get_job_time_series_statistics", "POST", "/jobs/statistics/time-series"),
    ("get_job_type_statistics", "POST", "/jobs/statistics/by-types"),
    ("get_job_worker_statistics", "POST", "/jobs/statistics/by-workers"),
    ("create_global_cluster_variable", "POST", "/cluster-variables/global"),
    ("create_tenant_cluster_variable", "POST", "/cluster-variables/tenants/{tenant_id}"),
    ("delete_global_cluster_variable", "DELETE", "/cluster-variables/global/{name}"),
    ("delete_tenant_cluster_variable", "DELETE", "/cluster-variables/tenants/{tenant_id}/{name}"),
    ("get_global_cluster_variable", "GET", "/cluster-variables/global/{name}"),
    ("get_tenant_cluster_variable", "GET", "/cluster-variables/tenants/{tenant_id}/{name}"),
    ("search_cluster_variables", "POST", "/cluster-variables/search"),
    ("update_global_cluster_variable", "PUT", "/cluster-variables/global/{name}"),
    ("update_tenant_cluster_variable", "PUT", "/cluster-variables/tenants/{tenant_id}/{name}"),
)

for _name, _method, _path in UNSERVED:
    add(Operation(_name, _method, _path))
