# After the other tests by its name: those who talk here count as there for ten seconds more.
import random

from cluster import Cluster
from node_faults import FAULTS, play


def test_faults_of_bus_and_database(cluster: Cluster) -> None:
    """X4, E74: a bus that is dead, slow or cut, and a database that ends every connection, lose, double and reorder nothing."""
    print(play(cluster, random.SystemRandom().randrange(1_000_000), FAULTS, 1.5))
