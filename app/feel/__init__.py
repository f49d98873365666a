"""FEEL, the expression language of DMN 1.5 with Camunda 8's additions.

What others may import is what is re-exported here. Text is parsed to a tree (`parse_…`), the tree is compiled once to
closures (`compile_…`), and those are evaluated over a context of FEEL values.
"""

from __future__ import annotations

from app.feel import tree
from app.feel.analysis import Finding, find_faults, free_name_nodes, free_names
from app.feel.builtins.completion import completion_entries
from app.feel.builtins.signatures import BUILT_INS
from app.feel.conversion import coerce, is_instance
from app.feel.edges import to_feel, to_json
from app.feel.environment import DEFAULT, Calendars, Environment, Evaluation, Limits, Position, Run, Value, Warning_
from app.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from app.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from app.feel.external_java import find_java
from app.feel.frame import Frame
from app.feel.function import Function
from app.feel.missing import MISSING
from app.feel.scope import Names, Scope
from app.feel.signature import BuiltIn, Overload, Parameter
from app.feel.syntax.built_in_names import INSTALLATION_FUNCTIONS
from app.feel.syntax.parser import parse_expression, parse_type, parse_unary_tests
from app.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
)
from app.feel.types import SIMPLE as SIMPLE_TYPES
from app.feel.values import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Range,
    YearsMonthsDuration,
    compare,
    feel_equal,
    kind_of,
    parse_number,
    to_text,
)
from app.feel.values.parsing import parse_date, parse_date_time, parse_duration, parse_time

__all__ = [
    "ANY",
    "BOOLEAN",
    "BUILT_INS",
    "DATE",
    "DATE_TIME",
    "DAYS_TIME",
    "DEFAULT",
    "INSTALLATION_FUNCTIONS",
    "MISSING",
    "NULL",
    "NUMBER",
    "SIMPLE_TYPES",
    "STRING",
    "TIME",
    "YEARS_MONTHS",
    "BuiltIn",
    "Calendars",
    "ContextType",
    "DaysTimeDuration",
    "Environment",
    "Evaluation",
    "Expression",
    "FeelDate",
    "FeelDateTime",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelTime",
    "Finding",
    "Frame",
    "Function",
    "FunctionType",
    "Limits",
    "ListType",
    "Names",
    "Overload",
    "Parameter",
    "Position",
    "Range",
    "RangeType",
    "Run",
    "Scope",
    "Type",
    "UnaryTests",
    "Value",
    "Warning_",
    "YearsMonthsDuration",
    "coerce",
    "compare",
    "compile_expression",
    "compile_unary_tests",
    "completion_entries",
    "conforms",
    "feel_equal",
    "find_faults",
    "find_java",
    "free_name_nodes",
    "free_names",
    "is_instance",
    "kind_of",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_expression",
    "parse_number",
    "parse_time",
    "parse_type",
    "parse_unary_tests",
    "to_feel",
    "to_json",
    "to_text",
    "tree",
]
