from tortoise import migrations


class Migration(migrations.Migration):
    """Once made the triggers that guard the events; 0004 makes them, over columns of its own."""

    dependencies = [("records", "0001_initial")]

    initial = False

    operations = []
