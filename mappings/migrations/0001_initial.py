import django.db.models.deletion
import mappings.models.mapping
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '__first__'),
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('canonical', models.CharField(help_text='The canonical form it produces, such as order/1.', max_length=40)),
                ('standard', models.CharField(default='X12', max_length=10)),
                ('set_id', models.CharField(blank=True, max_length=40, verbose_name='transaction set')),
                ('is_library', models.BooleanField(default=False, editable=False, verbose_name='standard library')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalMapping',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=80)),
                ('name', models.CharField(max_length=200)),
                ('canonical', models.CharField(help_text='The canonical form it produces, such as order/1.', max_length=40)),
                ('standard', models.CharField(default='X12', max_length=10)),
                ('set_id', models.CharField(blank=True, max_length=40, verbose_name='transaction set')),
                ('is_library', models.BooleanField(default=False, editable=False, verbose_name='standard library')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical mapping',
                'verbose_name_plural': 'historical mappings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMappingVersion',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('declaration', models.JSONField()),
                ('checksum', models.CharField(editable=False, help_text='SHA-256 of the resolved declaration.', max_length=64)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('mapping', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='mappings.mapping')),
                ('submitted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical mapping version',
                'verbose_name_plural': 'historical mapping versions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMappingTestCase',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('size', models.PositiveBigIntegerField(editable=False)),
                ('expected', models.JSONField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('mapping', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='mappings.mapping')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical mapping test case',
                'verbose_name_plural': 'historical mapping test cases',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='MappingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mapping', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='mappings.mapping')),
                ('number', models.PositiveIntegerField()),
                ('declaration', models.JSONField()),
                ('checksum', models.CharField(editable=False, help_text='SHA-256 of the resolved declaration.', max_length=64)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['mapping', '-number'],
                'permissions': [('submit_mappingversion', 'Can submit a draft of a mapping'), ('publish_mappingversion', 'Can publish a submitted mapping version')],
                'constraints': [models.UniqueConstraint(fields=('mapping', 'number'), name='mapping_version_number'), models.CheckConstraint(condition=models.Q(('published_by', models.F('submitted_by')), _negated=True), name='mapping_version_four_eyes')],
            },
        ),
        migrations.CreateModel(
            name='MappingTestRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='test_runs', to='mappings.mappingversion')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.CharField(blank=True, max_length=150)),
                ('is_ok', models.BooleanField(verbose_name='passed')),
                ('results', models.JSONField(default=list)),
                ('checksum', models.CharField(help_text='Of the declaration that ran.', max_length=64)),
                ('cases_digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAssignment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('text_settings', models.JSONField(blank=True, default=dict, help_text="How this partner's text files are to be read: encoding, delimiter, dates and the like. What is left out is found out from each file.", validators=[mappings.models.mapping.validate_text_settings])),
                ('overlay', models.JSONField(blank=True, default=list, help_text='X12 only: what this agreement demands of each document, as a list of rules such as {"at": "BEG02", "codes": ["SA", "NE"], "note": "stand-alone orders only"}. A rule has a place (PO1/N1/N104, N104 or **/N104) and one or more of: use (required or not-used), codes, more_codes, least_length, most_length, most (how often a segment may come), when ({"element": 1, "values": ["ST"]}), severity (error or warning), note.', verbose_name='rules beyond the standard')),
                ('agreement', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.agreement')),
                ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='mappings.mappingversion')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical assignment',
                'verbose_name_plural': 'historical assignments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='assignment', to='partners.agreement')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='mappings.mappingversion')),
                ('text_settings', models.JSONField(blank=True, default=dict, help_text="How this partner's text files are to be read: encoding, delimiter, dates and the like. What is left out is found out from each file.", validators=[mappings.models.mapping.validate_text_settings])),
                ('overlay', models.JSONField(blank=True, default=list, help_text='X12 only: what this agreement demands of each document, as a list of rules such as {"at": "BEG02", "codes": ["SA", "NE"], "note": "stand-alone orders only"}. A rule has a place (PO1/N1/N104, N104 or **/N104) and one or more of: use (required or not-used), codes, more_codes, least_length, most_length, most (how often a segment may come), when ({"element": 1, "values": ["ST"]}), severity (error or warning), note.', verbose_name='rules beyond the standard')),
            ],
        ),
        migrations.CreateModel(
            name='MappingTestCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mapping', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='test_cases', to='mappings.mapping')),
                ('name', models.CharField(max_length=100)),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('size', models.PositiveBigIntegerField(editable=False)),
                ('expected', models.JSONField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('mapping', 'name'), name='mapping_test_name', violation_error_message='The mapping has a test case of this name.')],
            },
        ),
    ]
