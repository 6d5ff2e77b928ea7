"""What schemathesis does not know by itself: our error codes, and things that exist on the server."""
import os

import schemathesis
from schemathesis.core.failures import Failure

# What a schema tells: who kept to it must never hear these.
TOLD_BY_THE_SCHEMA = {"unknown_field", "missing_field"}


def problem(response):
    """The body of an error; a failure when it is none."""
    if response.headers.get("content-type", [""])[0] != "application/problem+json":
        raise AssertionError(f"status {response.status_code} without a problem")
    return response.json()


@schemathesis.check
def documented_code(ctx, response, case):
    """Every error has a `code` that the document names for this operation."""
    if response.status_code < 400:
        return
    code = problem(response)["code"]
    # What a method that the path does not have answers belongs to no operation.
    if case.method.upper() != case.operation.method.upper() or code == "method_not_allowed":
        return
    known = case.operation.definition.raw.get("x-error-codes", [])
    # A path that the request's ids have changed is no path of this operation.
    if code not in known and code != "not_found":
        raise Failure(operation=case.operation.label, title="Undocumented error code", message=f"It answered {code}; documented are {known}")


@schemathesis.check
def refused_with_a_reason(ctx, response, case):
    """What fits the schema may be refused with 400 only for a reason that no schema tells; in a body, with its place."""
    if response.status_code != 400 or not case.meta or not case.meta.generation.mode.is_positive:
        return
    # The document tells nothing of what stands in the lines of a file.
    if case.media_type and ("ndjson" in case.media_type or not case.media_type.endswith("json")):
        return
    answer = problem(response)
    faults = answer.get("errors", [])
    # A cursor, a time, a text of a query: the schema has their names, and what they must hold is told in words.
    needs_place = answer["code"] != "invalid_parameter" or "unknown field" in answer["detail"].lower()
    if (needs_place and not faults) or any(it["code"] in TOLD_BY_THE_SCHEMA for it in faults):
        raise Failure(operation=case.operation.label, title="Right by the schema, yet refused", message=response.text)


@schemathesis.serializer("application/x-ndjson", "text/csv")
def lines(ctx, value):
    """The lines of a file, as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


def exists(name, operation):
    """What there is to find on the server, for a parameter of a path."""
    if name == "session_id":
        return os.environ["CONTRACT_SESSION"]
    if name == "function_id":
        return "ContactUs"
    if name == "id" and "/users/" in operation.path:
        return "ext:p-17"
    if name == "flag":
        return "vip"
    return None


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    """Every second time the id of something that is there, so that more than `not_found` is seen."""
    for name, value in (path_parameters or {}).items():
        there = exists(name, ctx.operation)
        if there and sum(str(value).encode()) % 2 == 0:
            path_parameters[name] = there
    return path_parameters


@schemathesis.hook
def map_body(ctx, body):
    """The legacy calls have their token in the body."""
    if isinstance(body, dict) and isinstance(body.get("securityToken"), str):
        if sum(body["securityToken"].encode()) % 3 != 0:
            body["securityToken"] = os.environ["CONTRACT_TOKEN"]
        if sum(str(body.get("functionID")).encode()) % 3 != 0:
            body["functionID"] = "ContactUs"
    return body
