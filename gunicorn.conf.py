"""What gunicorn reads by itself where `gunicorn wsgi:app` is started; its command line goes before."""

from app.web.worker import SETTINGS

globals().update(SETTINGS)
