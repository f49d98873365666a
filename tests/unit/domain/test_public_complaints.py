"""Published complaints told in the product's words: the mapping, what is made up, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.forms import compile_form
from app.domain.public_complaints import PublicComplaint, read_public_complaints
from app.errors import InvalidInputError

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "app" / "services" / "samples" / "complaints.csv"
HEADER = (
    "Complaint ID,Product,Sub-product,Issue,Sub-issue,State,ZIP code,Date received,Date sent to company,"
    "Company response,Timely response?,Consumer disputed?"
)


def read(line: str) -> list[PublicComplaint]:
    return list(read_public_complaints([HEADER, line]))


def test_a_row_becomes_answers_and_how_it_really_went() -> None:
    (one,) = read("7,Credit card,,Billing disputes,,TX,76119,3/9/2015,3/9/2015,Closed with monetary relief,No,Yes")
    assert (one.number, one.received_on, one.relief) == ("7", date(2015, 3, 9), "money")
    assert (one.is_timely, one.is_disputed, one.is_in_progress) == (False, True, False)
    assert (one.answers["complaintType"], one.answers["productLine"]) == ("fee_dispute", "credit_card")


def test_what_no_column_holds_is_made_up_the_same_every_time() -> None:
    line = "7,Mortgage,,Other,,TX,76119,3/9/2015,3/9/2015,Closed,Yes,"
    assert read(line) == read(line)
    assert read(line)[0].answers != read(line.replace("7,", "8,", 1))[0].answers


def test_every_complaint_of_the_sample_fits_the_complaint_form() -> None:
    form = compile_form((ROOT / "forms" / "complaint.form").read_text("utf-8"))
    with SAMPLE.open(encoding="utf-8") as lines:
        complaints = list(read_public_complaints(lines))
    assert len(complaints) > 200
    for one in complaints:
        form.check(one.answers)


@pytest.mark.parametrize(
    "line", ["x,Mortgage,,Other,,TX,1,3/9/2015,,Closed,Yes,", "7,Mortgage,,Other,,TX,1,2015-03-09,,Closed,Yes,"]
)
def test_a_line_that_is_not_as_published_is_named(line: str) -> None:
    with pytest.raises(InvalidInputError, match="line 2"):
        read(line)


def test_a_file_without_the_columns_is_refused_by_their_names() -> None:
    with pytest.raises(InvalidInputError, match="Issue"):
        list(read_public_complaints(["Complaint ID,Product", "1,Mortgage"]))
