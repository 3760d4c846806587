"""A backup set is taken in as data: no word of its manifest becomes a statement."""

import pytest

from common.backup_postgres import _target
from common.backup_set import BackupRefused, Manifest


def test_a_column_that_is_a_statement_is_refused():
    trap = "id\") FROM PROGRAM 'touch /tmp/x' --"
    manifest = Manifest("1", "now", "postgresql", {}, {"units_unit": 1}, {}, columns={"units_unit": ["id", trap]})
    with pytest.raises(BackupRefused, match="no name of a table or column"):
        _target(manifest, "units_unit")
