"""The OpenAPI document of ``nnweb serve``. Source: OpenAPI Specification 3.1.1."""

from __future__ import annotations

from typing import Any

from nnweb import __version__
from nnweb.images.preprocess import FITS
from nnweb.numbers.checks import CHECKS

Fields = dict[str, Any]

_NUMBER: Fields = {"type": "number"}
_TEXT: Fields = {"type": "string"}
_FLAG: Fields = {"type": "boolean"}
_PROBABILITY: Fields = {"type": "number", "minimum": 0, "maximum": 1}
_BY_LABEL: Fields = {"type": "object", "additionalProperties": _PROBABILITY}


def document(networks: list[str]) -> Fields:
    """Return the document; ``networks`` are the names of those that answer."""
    network = _parameter("network", {**_TEXT, "enum": networks, "default": networks[0]})
    fit = _parameter("fit", {**_TEXT, "enum": list(FITS)})
    conditions = [
        *(_parameter(name, _TEXT) for name in ("alphabet", "pattern")),
        _parameter("check", {**_TEXT, "enum": list(CHECKS)}),
        *(_parameter(name, _NUMBER) for name in ("min", "max", "step")),
    ]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "nnweb",
            "version": __version__,
            "description": "Recognises handwritten digits and numbers; keeps nothing.",
        },
        "paths": {
            "/predict": {
                "post": _asked(
                    "predict", "Recognise one character", "Prediction", [network, fit]
                )
            },
            "/read": {
                "post": _asked(
                    "read", "Read a number", "Reading", [network, *conditions]
                )
            },
            "/networks": {
                "get": _operation("networks", "List the networks", "Networks", [])
            },
            "/weights": {
                "get": _operation(
                    "weights", "The network's weights file", "Weights", [network]
                )
            },
            "/openapi.json": {
                "get": _operation("openapi", "This document", "Document", [])
            },
        },
        "components": {"schemas": _SCHEMAS},
    }


def _parameter(name: str, schema: Fields) -> Fields:
    return {"name": name, "in": "query", "schema": schema}


def _asked(name: str, summary: str, answer: str, parameters: list[Fields]) -> Fields:
    """Return an operation that takes a picture, strokes, or pixels."""
    binary: Fields = {}  # as the specification has it for bytes
    content = {
        "image/*": {"schema": binary},
        "application/json": {"schema": _ref("Drawing")},
        "application/octet-stream": {"schema": binary},
    }
    body = {
        "required": True,
        "content": content,
        "description": "A picture file; strokes; or 784 bytes, 28 x 28 greys by row",
    }
    operation = _operation(name, summary, answer, parameters)
    return {**operation, "requestBody": body}


def _operation(
    name: str, summary: str, answer: str, parameters: list[Fields]
) -> Fields:
    refused = {"description": "Refused", **_content("Error")}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", **_content(answer)},
            "default": refused,
        },
    }


def _content(schema: str) -> Fields:
    return {"content": {"application/json": {"schema": _ref(schema)}}}


def _ref(schema: str) -> Fields:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(**properties: Fields) -> Fields:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _list(items: Fields, count: int | None = None) -> Fields:
    sizes = {} if count is None else {"minItems": count, "maxItems": count}
    return {"type": "array", "items": items, **sizes}


def _or_null(kind: str) -> Fields:
    return {"type": [kind, "null"]}


_SCHEMAS: Fields = {
    "Drawing": {
        **_object(strokes=_list(_list(_list(_NUMBER, 2)))),
        "description": "For each stroke its points x, y; y down, 336 x 336 pixels",
    },
    "Prediction": _object(
        status={**_TEXT, "enum": ["accepted", "rejected", "blank"]},
        answer={
            **_or_null("string"),
            "description": "The likeliest label; null unless it is accepted",
        },
        other={
            **_or_null("string"),
            "description": "The second label, if the network is unsure",
        },
        probabilities=_BY_LABEL,
        score={**_NUMBER, "description": "How much it looks like any of the labels"},
    ),
    "Reading": _object(
        text=_TEXT,
        confidence=_PROBABILITY,
        characters=_list(_ref("Character")),
        readings=_list(
            {
                "type": "array",
                "prefixItems": [_TEXT, _PROBABILITY],
                "minItems": 2,
                "maxItems": 2,
            }
        ),
        accepted=_FLAG,
        valid=_FLAG,
        reason=_TEXT,
        place=_or_null("integer"),
    ),
    "Character": _object(
        text=_TEXT,
        box={**_list(_NUMBER, 4), "description": "Left, top, right, bottom"},
        strokes=_list({"type": "integer"}),
        probabilities=_BY_LABEL,
        alternatives=_list(_TEXT),
        score=_NUMBER,
    ),
    "Networks": _object(networks=_list(_ref("Network"))),
    "Network": _object(
        name=_TEXT,
        labels=_list(_TEXT),
        fit={**_TEXT, "enum": list(FITS)},
        architecture=_TEXT,
        parameters={"type": "integer"},
        can_reject=_FLAG,
        card={"type": "object"},
    ),
    "Weights": {"type": "object", "description": "nnweb's weights format"},
    "Document": {"type": "object"},
    "Error": _object(
        error={**_TEXT, "description": "What was given, expected, and what to do"}
    ),
}
