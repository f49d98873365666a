"""Forms as form-js draws them, checked on the server: one schema, one set of rules, messages in both languages.

`compile_form` turns a schema into a `Form` once; `Form.check` then decides about answers. Pages draw a form from the
same nodes. Checks depend on other answers (conditions, FEEL limits, repeated rows), which no fixed marshmallow schema
can say; so a form is a small tree of its own rather than a generated schema.
"""

from __future__ import annotations

from app.domain.forms.errors import FormError, FormRefusedError
from app.domain.forms.form import Form, compile_form
from app.domain.forms.nodes import Display, Field, Group, Node, Repeat
from app.domain.forms.options import Option, option_text

__all__ = [
    "Display",
    "Field",
    "Form",
    "FormError",
    "FormRefusedError",
    "Group",
    "Node",
    "Option",
    "Repeat",
    "compile_form",
    "option_text",
]
