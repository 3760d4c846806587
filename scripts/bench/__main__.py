"""make bench, or: python -m scripts.bench [--quick] [--sqlite] [--only PART …]

--quick   100 and 1,000 entries only
--sqlite  on SQLite, where PostgreSQL (TEST_DATABASE_URL) would be used; acts of many at once are left out
--only    some of the parts: pages, load, acts, edition, certificates, background
"""

import argparse
import gc
import time

from scripts.bench import environment

PARTS = ("pages", "load", "acts", "edition", "certificates", "background")
SIZES = (100, 1_000, 3_000)
MIDDLE = 1_000  # acts of many at once are measured on this many entries


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 and 1,000 entries only")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args()
    sizes = SIZES[:2] if options.quick else SIZES
    started = time.monotonic()
    with environment.prepared(sqlite=options.sqlite) as place:
        needed = [size for size in sizes if "pages" in options.only or size == MIDDLE or "edition" in options.only]
        run(place, tuple(needed), options.only)
    print(f"\n{time.monotonic() - started:.0f} s in all.", flush=True)


def run(place: environment.Place, sizes: tuple[int, ...], parts: tuple[str, ...]) -> None:
    """The settings are ready from here on, so what needs models is imported here."""
    from scripts.bench import acts, load, pages, seed, whole_edition

    print(environment.described(place), flush=True)
    worlds = seed.worlds(place, sizes)
    gc.collect()
    gc.freeze()  # as config/wsgi.py does
    if "pages" in parts:
        pages.measure(place, worlds)
    place.use(MIDDLE)
    world = worlds[MIDDLE]
    if "load" in parts and place.many_writers:
        load.measure(place, world)
    place.use(MIDDLE)
    if "acts" in parts:
        acts.review_and_announcement(world)
    if "certificates" in parts:
        acts.certificates(place, world)
    if "background" in parts:
        acts.background(world)
    if "edition" in parts:
        place.use(max(worlds))
        whole_edition.measure(worlds[max(worlds)])


if __name__ == "__main__":
    main()
