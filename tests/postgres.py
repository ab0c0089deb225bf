"""PostgreSQL for the tests: templates are migrated, or filled with the demo, once; the rest are copies.

Copying takes a fraction of a second where migrating takes half a minute.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from deploy.dev import software

#: A template that nobody used for so long, of another make than today's, is dropped.
STALE_SECONDS = 6 * 3600
TEMPLATES = "hoclieu_template"
#: Of databases that nobody misses after the power failed.
HASTY = "-c synchronous_commit=off"
_LOCK = 0x686F63


def at(server: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def key(server: str) -> str:
    """Names the server in file names."""
    return hashlib.sha256(urlsplit(server).netloc.encode()).hexdigest()[:8]


def _run(connection: psycopg.Connection[Any], words: LiteralString, **names: str) -> None:
    connection.execute(sql.SQL(words).format(**{key: sql.Identifier(name) for key, name in names.items()}))


def connect(server: str, database: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(at(server, database), autocommit=True)


def create(server: str, name: str, template: str = "template0") -> str:
    """A new database, a copy of ``template``; its address. One of that name goes first."""
    with connect(server) as admin:
        _run(admin, "DROP DATABASE IF EXISTS {name}", name=name)
        _run(admin, "CREATE DATABASE {name} TEMPLATE {template}", name=name, template=template)
    return at(server, name)


def drop(server: str, name: str) -> None:
    """Drops a database, whoever is still connected."""
    with connect(server) as admin:
        _run(admin, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)


def rename(server: str, name: str, to: str) -> None:
    """Gives a database another name; one that has that name goes first."""
    with connect(server) as admin:
        _run(admin, "DROP DATABASE IF EXISTS {to}", to=to)
        _run(admin, "ALTER DATABASE {name} RENAME TO {to}", name=name, to=to)


def tidy(address: str) -> None:
    """Statistics for the planner, once for all copies."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def bring(name: str, source: str, server: str) -> None:
    """Makes a database of another server anew on this one, under the same name."""
    programs = software.postgres()
    assert programs is not None
    target = create(server, name)
    with subprocess.Popen(
        [programs / "pg_dump", "--format=custom", "--compress=0", at(source, name)], stdout=subprocess.PIPE
    ) as dump:
        subprocess.run(
            [programs / "pg_restore", "--no-owner", "--exit-on-error", "--dbname", target],
            stdin=dump.stdout,
            check=True,
        )
    assert dump.returncode == 0
    tidy(target)


def has(server: str, name: str) -> bool:
    with connect(server) as admin:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def touch(server: str, name: str) -> None:
    """Notes that a template was used now, and drops those of its kind that nobody used for long."""
    kind = name.rpartition("_")[0]
    with connect(server) as admin:
        rows = admin.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE starts_with(datname, %s)",
            [f"{kind}_"],
        ).fetchall()
        for other, used in rows:
            if other != name and float(used or 0) < time.time() - STALE_SECONDS:
                _run(admin, "DROP DATABASE IF EXISTS {name}", name=other)
        admin.execute(
            sql.SQL("COMMENT ON DATABASE {name} IS {now}").format(
                name=sql.Identifier(name), now=sql.Literal(str(time.time()))
            )
        )


@contextmanager
def locked(server: str) -> Iterator[None]:
    """One process of all that use this server makes a template at a time."""
    with connect(server) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield


@contextmanager
def copied(server: str, template: str) -> Iterator[str]:
    """The address of a database copied from ``template``, dropped at the end."""
    name = f"hoclieu_live_{secrets.token_hex(4)}"
    try:
        yield create(server, name, template)
    finally:
        drop(server, name)


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as reader:
        return reader.execute(cast(LiteralString, query)).fetchall()


class Kept:
    """What the migrations loaded, to be put back after a test with real transactions emptied the tables."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'django_migrations' ORDER BY tablename"
        ).fetchall()
        self.tables = {name: content for (name,) in tables if (content := self._read(connection, name))}

    def _read(self, connection: psycopg.Connection[Any], table: str) -> bytes:
        words = sql.SQL("COPY {table} TO STDOUT (FORMAT binary)").format(table=sql.Identifier(table))
        with connection.cursor() as cursor, cursor.copy(words) as copy:
            content = b"".join(copy)
        return content if cursor.rowcount else b""

    def put_back(self, connection: psycopg.Connection[Any]) -> None:
        """In one transaction, at whose end foreign keys are checked."""
        with connection.transaction():
            connection.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in self.tables:
                _run(connection, "DELETE FROM {table}", table=table)
            for table, content in self.tables.items():
                words = sql.SQL("COPY {table} FROM STDIN (FORMAT binary)").format(table=sql.Identifier(table))
                with connection.cursor() as cursor, cursor.copy(words) as copy:
                    copy.write(content)
