"""The door for gunicorn: `gunicorn wsgi:app`. Settings come from the environment."""

from __future__ import annotations

import os

from app.config import read_settings
from app.web import create_app

app = create_app(read_settings(os.environ))
