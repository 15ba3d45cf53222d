"""PayPal's own OpenAPI files as a judge of what is asked and answered: Tests/Samples/paypal, from
https://github.com/paypal/paypal-rest-api-specifications, Apache License 2.0."""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS30Validator, OAS30WriteValidator

from program import ROOT

CONTRACTS = ROOT / "Tests/Samples/paypal"


class Contract:
    """One of PayPal's OpenAPI files."""

    def __init__(self, name: str) -> None:
        self.spec = json.loads((CONTRACTS / name).read_text())

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, operations in self.spec["paths"].items():
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path) and method.lower() in operations:
                return operations[method.lower()]
        return None

    def asked(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a question."""
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path}: there is no such question"]
        if method == "GET":
            return []
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        # An event is only ever read, and sent back all the same.
        judge = OAS30Validator if path.endswith("verify-webhook-signature") else OAS30WriteValidator
        return self.faults(judge, body, schema) + list(self.unknown(body, schema, ""))

    def answered(self, method: str, path: str, status: int, body: Any) -> list[str]:
        operation = self.operation(method, path)
        if operation is None or status not in [int(code) for code in operation["responses"] if code.isdigit()]:
            return [f"{method} {path}: nobody answers {status}"]
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        return self.faults(OAS30Validator, body, schema) + list(self.unknown(body, schema, ""))

    def faults(self, judge: Any, body: Any, schema: Any) -> list[str]:
        whole = {"allOf": [schema], "components": self.spec["components"]}
        return [f"{error.json_path}: {error.message[:200]}" for error in judge(whole).iter_errors(body)]

    def looked_up(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            place: Any = self.spec
            for step in schema["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            schema = place
        return schema

    def parts(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        schema = self.looked_up(schema)
        yield schema
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, []):
                yield from self.parts(each)

    def unknown(self, value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
        """Keys that no part of a schema names: JSON schemas let them pass, PayPal does not."""
        parts = list(self.parts(schema))
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for index, each in enumerate(value):
                yield from self.unknown(each, {"anyOf": items}, f"{path}[{index}]")
        elif isinstance(value, dict):
            if any(part.get("additionalProperties") is True for part in parts):
                return
            for key, each in value.items():
                known = [part["properties"][key] for part in parts if key in part.get("properties", {})]
                if known:
                    yield from self.unknown(each, {"anyOf": known}, f"{path}.{key}")
                else:
                    yield f"{path}.{key}: there is no such key"

    @functools.cached_property
    def issues(self) -> dict[str, str]:
        """What PayPal says to each of its refusals."""
        found = {}
        for schema in self.spec["components"]["schemas"].values():
            for part in schema.get("properties", {}).get("details", {}).get("items", {}).get("anyOf", []):
                issue = part["properties"]["issue"]["enum"][0]
                found[issue] = part["properties"].get("description", {}).get("enum", [issue])[0]
        return found


@functools.cache
def contract(path: str) -> Contract:
    if path.startswith("/v2/checkout/"):
        return Contract("checkout_orders_v2.json")
    return Contract("payments_payment_v2.json" if path.startswith("/v2/payments/") else "notifications_webhooks_v1.json")
