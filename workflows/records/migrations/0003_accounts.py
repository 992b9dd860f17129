from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from workflows.records.accounts import LinkPurpose, SignInMethod
from tortoise import fields
from tortoise.indexes import Index


async def keep_tokens(apps, schema_editor):
    """Tokens that were issued before there were scopes go as far as they went."""
    await schema_editor.client.execute_query(
        "UPDATE tokens SET scopes = 'READ WRITE AUDIT ADMIN', second_factor = true"
    )


class Migration(migrations.Migration):
    dependencies = [('records', '0002_append_only')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Account',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.OneToOneField('records.Person', source_field='person_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('login', fields.CharField(max_length=100)),
                ('password_hash', fields.CharField(null=True, max_length=200)),
                ('password_is_long', fields.BooleanField(default=False)),
                ('totp_secret', fields.CharField(null=True, max_length=64)),
                ('totp_last_step', fields.BigIntField(default=0)),
                ('recovery_sha256', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('provider_subject', fields.CharField(null=True, max_length=255)),
                ('email', fields.CharField(null=True, max_length=254)),
                ('disabled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_signed_in_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('previous_signed_in_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'accounts', 'app': 'records', 'unique_together': (('municipality_id', 'login'), ('municipality_id', 'provider_subject')), 'pk_attr': 'id', 'table_description': 'How one person signs in.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Delegation',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('principal', fields.ForeignKeyField('records.Person', source_field='principal_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('delegate', fields.ForeignKeyField('records.Person', source_field='delegate_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('starts_on', fields.DateField()),
                ('ends_on', fields.DateField()),
                ('reason', fields.TextField(unique=False)),
            ],
            options={'table': 'delegations', 'app': 'records', 'indexes': [Index(fields=['municipality_id', 'delegate_id'])], 'pk_attr': 'id', 'table_description': 'Leave for one person to decide on behalf of another, from a day to a day (代決).'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='OneTimeLink',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('records.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('purpose', fields.CharEnumField(description='FIRST_ADMIN: FIRST_ADMIN\nINVITATION: INVITATION\nRESET: RESET', enum_type=LinkPurpose, max_length=20)),
                ('sha256', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'one_time_links', 'app': 'records', 'pk_attr': 'id', 'table_description': 'A link that lets its holder set a password, once.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Session',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('records.Person', source_field='person_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('sha256', fields.CharField(unique=True, max_length=64)),
                ('method', fields.CharEnumField(description='PASSWORD: PASSWORD\nLINK: LINK\nPROVIDER: PROVIDER\nPROXY: PROXY', enum_type=SignInMethod, max_length=20)),
                ('second_factor', fields.BooleanField()),
                ('started_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('address', fields.CharField(max_length=64)),
                ('user_agent', fields.CharField(max_length=200)),
            ],
            options={'table': 'sessions', 'app': 'records', 'indexes': [Index(fields=['municipality_id', 'person_id'])], 'pk_attr': 'id', 'table_description': 'A browser that somebody signed in with.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Throttle',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('municipality', fields.ForeignKeyField('records.Municipality', source_field='municipality_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('sha256', fields.CharField(max_length=64)),
                ('failures', fields.IntField()),
                ('last_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'sign_in_throttles', 'app': 'records', 'unique_together': (('municipality_id', 'sha256'),), 'pk_attr': 'id', 'table_description': 'Failed sign-ins of one login or from one address, whether the account exists or not.'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Cycle',
            name='evaluated_for_id',
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name='Event',
            name='on_behalf_of_id',
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name='Token',
            name='last_used_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Token',
            name='scopes',
            field=fields.CharField(null=True, max_length=40),
        ),
        ops.AddField(
            model_name='Token',
            name='second_factor',
            field=fields.BooleanField(null=True),
        ),
        ops.RunPython(keep_tokens),
    ]
