"""The document describes what is served."""

import pytest
from openapi_spec_validator import validate

from svod_rcgn.web.access.roles import Role
from tests.web.site import Site


@pytest.mark.slow
def test_the_document_is_openapi(site: Site):
    document = site.ask("GET", "/api/openapi.json", role=None).json()
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_it_names_every_path_that_is_served_with_the_role_it_needs(site: Site):
    document = site.ask("GET", "/api/openapi.json", role=None).json()
    assert document["info"]["version"] == "1.2.3"
    for path, methods in document["paths"].items():
        for told in methods.values():
            if told["security"]:
                assert told["description"] in {f"Needs the role {role.value}." for role in Role}, path
                assert {"401", "403"} <= set(told["responses"]), path
    identifiers = [told["operationId"] for methods in document["paths"].values() for told in methods.values()]
    assert len(set(identifiers)) == len(identifiers)
