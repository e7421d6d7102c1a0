"""The site as gunicorn loads it. Each of its processes holds the embedded server itself (design section 12)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

from changning_egov import databases

databases.ready()
databases.for_visitors()
application = get_wsgi_application()
