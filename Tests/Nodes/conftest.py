from collections.abc import Iterator

import pytest
from cluster import BUSES, Cluster, running


@pytest.fixture(scope="session", params=BUSES)
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with running(request.param) as started:
        yield started
