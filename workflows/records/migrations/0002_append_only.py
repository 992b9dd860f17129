from tortoise import migrations
from tortoise.migrations import operations as ops

from workflows.records.append_only import create_triggers


async def guard_events(apps, schema_editor):
    await create_triggers(schema_editor.client)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    initial = False

    operations = [ops.RunPython(guard_events)]
