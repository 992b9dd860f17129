import json

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from workflows.stages import FindingStatus, SheetPart
from tortoise import fields
from tortoise.indexes import Index

from workflows.records.append_only import create_triggers, drop_triggers
from workflows.folding import fold
from workflows.merkle import Frontier, leaf_hash


# What is filled in for entries from before the record was a Merkle tree; their bodies stay.
TILE_BITS = 8
BATCH = 500


async def hash_what_is_there(client):
    """Give every entry its leaf hash and what it is found by, and every head its frontier."""
    heads = await client.execute_query_dict("SELECT id, municipality_id, size FROM event_heads")
    for head in heads:
        frontier = await _hash_entries(client, head["municipality_id"])
        peaks = json.dumps([peak.hex() for peak in frontier.peaks])
        await _update(client, "event_heads", {"peaks": peaks}, head["id"])


async def _hash_entries(client, municipality_id):
    frontier = Frontier()
    while rows := await client.execute_query_dict(
        _marked(client, "SELECT id, body FROM events WHERE municipality_id = ? AND sequence > ?")
        + f" ORDER BY sequence LIMIT {BATCH}",
        [municipality_id, frontier.size],
    ):
        for row in rows:
            leaf = leaf_hash(row["body"].encode())
            body = json.loads(row["body"])
            sheet = body["details"].get("sheet") if body["kind"] == "TRANSITION" else None
            found = {
                "leaf_hash": leaf.hex(),
                "search_text": fold("\n".join(_texts([body["reason"], body["details"]]))),
                "grade": sheet["grade"] if sheet else None,
            }
            await _update(client, "events", found, row["id"])
            frontier, completed = frontier.add(leaf)
            for level, subtree in enumerate(completed[TILE_BITS::TILE_BITS], 1):
                position = (frontier.size >> TILE_BITS * level) - 1
                await client.execute_query(
                    _marked(client, "INSERT INTO record_tiles (id, level, position, sha256, municipality_id) VALUES (?, ?, ?, ?, ?)"),
                    [_id(client), level, position, subtree.hex(), municipality_id],
                )
    return frontier


async def _update(client, table, values, row_id):
    columns = ", ".join(f"{name} = ?" for name in values)
    statement = _marked(client, f"UPDATE {table} SET {columns} WHERE id = ?")
    await client.execute_query(statement, [*values.values(), row_id])


def _id(client):
    return str(uuid4()) if client.capabilities.dialect == "sqlite" else uuid4()


def _marked(client, statement):
    """Return a statement with the database's own marks for its values."""
    if client.capabilities.dialect == "sqlite":
        return statement
    head, *parts = statement.split("?")
    return head + "".join(f"${n}{part}" for n, part in enumerate(parts, 1))


def _texts(value):
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in _texts(item)]
        case dict():
            return [text for item in value.values() for text in _texts(item)]
        case _:
            return []


async def allow_hashing(apps, schema_editor):
    await drop_triggers(schema_editor.client)


async def hash_and_guard(apps, schema_editor):
    await hash_what_is_there(schema_editor.client)
    await create_triggers(schema_editor.client)


class Migration(migrations.Migration):
    dependencies = [('records', '0003_accounts')]

    initial = False

    operations = [
        ops.RunPython(allow_hashing),
        ops.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('size', fields.BigIntField()),
                ('root', fields.CharField(max_length=64)),
                ('signed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('note', fields.TextField(unique=False)),
            ],
            options={'table': 'checkpoints', 'app': 'records', 'unique_together': (('municipality_id', 'size'),), 'pk_attr': 'id', 'table_description': 'A signed statement of how long the record was, and of its root (C2SP tlog-checkpoint).'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Evidence',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('project', fields.ForeignKeyField('records.Project', source_field='project_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('cycle', fields.ForeignKeyField('records.Cycle', source_field='cycle_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('part', fields.CharEnumField(description='PLAN: PLAN\nRESULTS: RESULTS\nEVALUATION: EVALUATION\nIMPROVEMENT: IMPROVEMENT', enum_type=SheetPart, max_length=20)),
                ('name', fields.CharField(max_length=200)),
                ('note', fields.TextField(default='', unique=False)),
                ('media_type', fields.CharField(max_length=100)),
                ('size', fields.BigIntField()),
                ('sha256', fields.CharField(max_length=64)),
                ('attached_by_id', fields.UUIDField()),
                ('attached_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn', fields.BooleanField(default=False)),
            ],
            options={'table': 'evidence', 'app': 'records', 'indexes': [Index(fields=['cycle_id']), Index(fields=['municipality_id', 'sha256'])], 'pk_attr': 'id', 'table_description': "A file that shows what a cycle's sheet says (証拠書類), itself kept outside the database."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Export',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person_id', fields.UUIDField()),
                ('size', fields.BigIntField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('asked', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'exports', 'app': 'records', 'indexes': [Index(fields=['municipality_id', 'person_id', 'created_at'])], 'pk_attr': 'id', 'table_description': 'A copy of the record that somebody asked for, made when it is fetched, always the same.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Finding',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('department', fields.ForeignKeyField('records.Department', source_field='department_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('project', fields.ForeignKeyField('records.Project', source_field='project_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('entry_sequence', fields.BigIntField(null=True)),
                ('text', fields.TextField(unique=False)),
                ('answer_due_on', fields.DateField(null=True)),
                ('raised_by_id', fields.UUIDField()),
                ('raised_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('status', fields.CharEnumField(description='OPEN: OPEN\nANSWERED: ANSWERED\nCLOSED: CLOSED', enum_type=FindingStatus, max_length=10)),
                ('answer', fields.TextField(default='', unique=False)),
                ('answered_by_id', fields.UUIDField(null=True)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('follow_up_on', fields.DateField(null=True)),
                ('conclusion', fields.TextField(default='', unique=False)),
                ('closed_by_id', fields.UUIDField(null=True)),
                ('closed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'findings', 'app': 'records', 'unique_together': (('municipality_id', 'number'),), 'indexes': [Index(fields=['municipality_id', 'department_id']), Index(fields=['municipality_id', 'project_id'])], 'pk_attr': 'id', 'table_description': 'What an auditor points out (指摘), and what the department makes of it.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='RecordKey',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('origin', fields.CharField(max_length=200)),
                ('key_id', fields.CharField(max_length=8)),
                ('public_key', fields.CharField(max_length=44)),
                ('first_sequence', fields.BigIntField()),
                ('last_sequence', fields.BigIntField(null=True)),
            ],
            options={'table': 'record_keys', 'app': 'records', 'unique_together': (('municipality_id', 'key_id'),), 'pk_attr': 'id', 'table_description': "A public key (Ed25519) that a municipality's checkpoints are signed with, from an entry on."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='RecordTile',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('level', fields.IntField()),
                ('position', fields.BigIntField()),
                ('sha256', fields.CharField(max_length=64)),
            ],
            options={'table': 'record_tiles', 'app': 'records', 'unique_together': (('municipality_id', 'level', 'position'),), 'pk_attr': 'id', 'table_description': 'The hash of a perfect subtree of 256 ** level leaves, so that proofs need not read them all.'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Event',
            name='grade',
            field=fields.CharField(null=True, max_length=10),
        ),
        ops.AddField(
            model_name='Event',
            name='leaf_hash',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='Event',
            name='openings',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Event',
            name='search_text',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='EventHead',
            name='peaks',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddIndex(
            model_name='Event',
            index=Index(fields=['municipality_id', 'trigger', 'sequence']),
        ),
        ops.AddIndex(
            model_name='Event',
            index=Index(fields=['municipality_id', 'grade', 'sequence']),
        ),
        ops.AddIndex(
            model_name='Event',
            index=Index(fields=['municipality_id', 'on_behalf_of_id', 'sequence']),
        ),
        ops.AddIndex(
            model_name='Event',
            index=Index(fields=['municipality_id', 'actor_department_id', 'sequence']),
        ),
        ops.RunPython(hash_and_guard),
    ]
