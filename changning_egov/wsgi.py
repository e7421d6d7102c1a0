"""The site as gunicorn loads it. Each of its processes holds the embedded server itself (design section 12)."""

import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

from changning_egov import databases, embedded_pg

try:
    databases.ready()
except embedded_pg.NoPostgres as refusal:
    sys.exit(str(refusal))  # a sentence; who started this process starts it again
databases.for_visitors()
application = get_wsgi_application()
reverse("home")  # reads every view now, two thirds of what the first visitor of a process would wait for
