"""What GDAL does not write: tables without geometry, words for columns, styles, a project, and fixed dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from kzgeo.render.geopackage.columns import DOMAINS, describe

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from kzgeo.render.geopackage.style import Style

__all__ = ["add_descriptions", "add_project", "add_styles", "add_table", "settle"]

# OGC 12-128r19, GeoPackage Encoding Standard, annex F.9 (schema extension)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema',
   'read-write');
"""
# as QGIS makes them itself
_STYLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
);
"""
_PROJECTS: Final = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);"


def add_table(base: sqlite3.Connection, name: str, frame: pd.DataFrame) -> None:
    """Write a table without geometry, its rows in their order, whole numbers and reals as such, NaN as NULL."""
    kinds = {column: _kind(frame[column]) for column in frame}
    columns = "".join(f', "{column}" {kind}' for column, kind in kinds.items())
    base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{columns})')
    rows = frame.astype(object).where(frame.notna(), None).itertuples(name=None)
    holes = ", ".join("?" * (len(kinds) + 1))
    numbered = ((number, *row[1:]) for number, row in enumerate(rows, start=1))
    base.executemany(f'INSERT INTO "{name}" VALUES ({holes})', numbered)  # noqa: S608 - the project's own names
    _register(base, name)


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "INTEGER"
    return "REAL" if pd.api.types.is_float_dtype(column) else "TEXT"


def _register(base: sqlite3.Connection, table: str) -> None:
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)", [table] * 2
    )


def add_descriptions(base: sqlite3.Connection, tables: Mapping[str, str]) -> None:
    """Describe the tables, every column of theirs in words, and the values that a column may have."""
    base.executescript(_SCHEMA)
    for table, description in tables.items():
        base.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", [description, table])
        for (column,) in base.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall():
            words = describe(table, column)
            row = [table, column, words.name, words.title, words.description, None, words.domain or None]
            base.execute("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    for domain, values in DOMAINS.items():
        rows = [(domain, value, meaning) for value, meaning in values.items()]
        base.executemany(
            "INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description) "
            "VALUES (?, 'enum', ?, ?)",
            rows,
        )


def add_styles(base: sqlite3.Connection, styles: Mapping[str, Iterable[Style]], moment: str) -> None:
    """Keep the styles of each layer where QGIS looks for them; the first one of a layer is its default."""
    base.execute(_STYLES)
    for layer, own in styles.items():
        for number, style in enumerate(own):
            row = ["", "", layer, "geom", style.name, style.qml(), "", number == 0, style.description, "", None, moment]
            base.execute("INSERT INTO layer_styles VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _register(base, "layer_styles")


def add_project(base: sqlite3.Connection, name: str, content: bytes, moment: str) -> None:
    """Keep a QGIS project under a name."""
    base.execute(_PROJECTS)
    metadata = f'{{"last_modified_time": "{moment}", "last_modified_user": "kzgeo"}}'
    base.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", [name, metadata.encode(), content])


def settle(base: sqlite3.Connection, moment: str) -> None:
    """Put one moment in place of the clock's, and lay out the pages anew."""
    base.execute("UPDATE gpkg_contents SET last_change = ?", [moment])
    base.commit()
    base.execute("VACUUM")
