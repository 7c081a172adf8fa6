"""What Schemathesis cannot know from the document."""

import json
import os

import schemathesis

OWN = os.environ["CONTRACT_CLIENT_ID"]


@schemathesis.hook
def filter_case(context, case):
    """A client that ends itself, or takes its own permissions away, sees nothing but 401 and 403 after it."""
    on_itself = (case.path_parameters or {}).get("id") == OWN
    return not (on_itself and case.method != "GET" and case.path.startswith("/v1/api-clients/"))


@schemathesis.hook
def map_case(context, case):
    """Only the service makes cursors: a made-up one is refused with 400, as it should be."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and case.query and "after" in case.query:
        case.query = {name: value for name, value in case.query.items() if name != "after"}
    if positive and case.query and "/payment-" in case.path:
        # The days of a statement are in order and within ten years, which no schema can say.
        case.query = {name: value for name, value in case.query.items() if name not in ("from", "to")}
    if positive and case.query and case.path.startswith(("/v1/feedback/", "/v1/reports/", "/v1/pals/")):
        case.query = in_order(case.query)
    return case


def in_order(query):
    """Days and months that are in order, over and not too many, and a level that every setting has: what no schema can say."""
    query = dict(query)
    for last in ("to", "until"):
        if "from" in query and last in query:
            query["from"], query[last] = sorted((query["from"], query[last]))
    if "from" in query and "to" in query and int(query["to"][:4]) - int(query["from"][:4]) > 9:
        # Ten years of months at the most.
        query["from"] = query["to"]
    if "until" in query:
        query.pop("from", None)
    if "month" in query:
        query["month"] = "2026-10"
    if query.get("level") in ("site", "ward"):
        query["level"] = "trust"
    return query


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    """Lines are sent as they are."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()
