from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('records', '0004_record')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Comment',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('project', fields.ForeignKeyField('records.Project', source_field='project_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('cycle', fields.ForeignKeyField('records.Cycle', source_field='cycle_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('reply_to_id', fields.UUIDField(null=True)),
                ('text', fields.TextField(unique=False)),
                ('written_by_id', fields.UUIDField()),
                ('written_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn', fields.BooleanField(default=False)),
                ('withdrawal_reason', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'comments', 'app': 'records', 'indexes': [Index(fields=['municipality_id', 'project_id', 'written_at'])], 'pk_attr': 'id', 'table_description': 'What somebody says about a project (コメント), beside what its sheets say.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='NewsMark',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.OneToOneField('records.Person', source_field='person_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('sequence', fields.BigIntField()),
            ],
            options={'table': 'news_marks', 'app': 'records', 'pk_attr': 'id', 'table_description': 'How far somebody has seen what the record has to tell them. No part of the record itself.'},
            bases=['Row'],
        ),
    ]
