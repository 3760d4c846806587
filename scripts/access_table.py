"""Write tests/access/table.csv anew: what every address answers to every role.

    python -m scripts.access_table

The table is an agreement, not a record: read its difference before you commit it. An address that
opens to somebody it did not open to before has to be meant.
"""

import os


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.access import observe, world

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        rows = observe.rows(observe.observe(world.build()))
    finally:
        teardown_databases(databases, verbosity=0)
    observe.write(rows)
    print(f"{observe.TABLE}: {len(rows)} rows")


if __name__ == "__main__":
    main()
