"""Makes the two small files of places that tests read, with a writer that somebody else wrote:

    python3 -m pip install mmdb-writer==0.2.7
    python3 Tests/Samples/places.py

The networks are those that documentation is written with (RFC 5737, RFC 3849), and the machine's own.
"""

from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet

HERE = Path(__file__).parent


def write(name: str, places: dict[str, tuple[str, str | None]]) -> None:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="GeoLite2-City", languages=["en"], description="Places of tests")
    for network, (country, city) in places.items():
        told = {"country": {"iso_code": country}}
        writer.insert_network(IPSet([network]), told | ({"city": {"names": {"en": city}}} if city else {}))
    writer.to_db_file(str(HERE / name))


COMMON: dict[str, tuple[str, str | None]] = {"198.51.100.0/24": ("IT", None), "2001:db8::/32": ("FR", "Lyon")}
write("places.mmdb", COMMON | {"203.0.113.0/24": ("TN", "Sfax"), "127.0.0.0/8": ("TN", "Tunis")})
write("places-later.mmdb", COMMON | {"203.0.113.0/24": ("TN", "Sousse")})
