"""Each way out of the house, against a receiver on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.config import Settings
from app.notify import DeliveryError, Message
from app.notify.mail import send_mail
from app.notify.robots import send_dingtalk, send_feishu, send_wecom
from app.notify.signing import sign_aliyun, sign_tencent
from app.notify.sms import send_sms
from app.notify.webhook import send_webhook, webhook_signature
from tests.sinks import WebSink, mail_sink, web_sink

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def settings(**changes: Any) -> Settings:
    changes = {"http_job_allowed_hosts": frozenset({"127.0.0.1"}), "http_job_timeout_seconds": 5} | changes
    return Settings("sqlite://", None, "x" * 32, **changes)


@pytest.fixture
def sink() -> Iterator[WebSink]:
    with web_sink(errcode=0, code=0) as found:
        yield found


def to(sink: WebSink, secret: str = "") -> Message:
    return Message("42", sink.url, "催办", "“核实分析”已超时", secret)


def test_dingtalk_is_signed_and_the_signature_is_encoded_once(sink: WebSink) -> None:
    send_dingtalk(settings(), to(sink, "SEC-of-the-robot"), NOW)
    query = parse_qs(urlsplit(sink.requests[0].path).query)
    stamp = str(int(NOW.timestamp() * 1000))
    wanted = hmac.new(b"SEC-of-the-robot", f"{stamp}\nSEC-of-the-robot".encode(), hashlib.sha256).digest()
    assert query == {"timestamp": [stamp], "sign": [base64.b64encode(wanted).decode()]}
    assert sink.json()["markdown"] == {"title": "催办", "text": "### 催办\n\n“核实分析”已超时"}


def test_feishu_signs_in_the_body(sink: WebSink) -> None:
    send_feishu(settings(), to(sink, "s"), NOW)
    stamp = str(int(NOW.timestamp()))
    wanted = base64.b64encode(hmac.new(f"{stamp}\ns".encode(), b"", hashlib.sha256).digest()).decode()
    assert (sink.json()["timestamp"], sink.json()["sign"]) == (stamp, wanted)


@pytest.mark.parametrize(
    ("send", "answer"),
    [
        (send_dingtalk, {"errcode": 310000, "errmsg": "sign not match"}),
        (send_wecom, {"errcode": 93000, "errmsg": "invalid webhook url"}),
        (send_feishu, {"code": 19021, "msg": "sign match fail"}),
        (send_wecom, {}),
    ],
)
def test_an_error_code_in_a_good_answer_is_a_failure(sink: WebSink, send: Any, answer: dict[str, Any]) -> None:
    sink.answer = answer
    with pytest.raises(DeliveryError) as caught:
        send(settings(), to(sink), NOW)
    assert caught.value.may_pass is False


def test_a_robot_that_is_asked_too_often_is_asked_again_later(sink: WebSink) -> None:
    sink.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    with pytest.raises(DeliveryError) as caught:
        send_wecom(settings(), to(sink), NOW)
    assert caught.value.may_pass is True


def test_no_failure_tells_the_robots_token(sink: WebSink) -> None:
    message = Message("1", sink.url.replace("127.0.0.1", "127.0.0.2") + "?access_token=secret", "s", "t")
    with pytest.raises(DeliveryError, match="public address") as caught:
        send_dingtalk(settings(), message, NOW)
    assert "secret" not in str(caught.value)


def test_a_webhook_can_be_checked_by_its_receiver(sink: WebSink) -> None:
    send_webhook(settings(), Message("42", sink.url, "", '{"a":1}', "a shared secret"), NOW)
    (request,) = sink.requests
    stamp = request.headers["X-Redress-Timestamp"]
    wanted = webhook_signature("a shared secret", stamp, request.body)
    assert request.headers["X-Redress-Signature"] == f"sha256={wanted}"
    assert request.headers["Idempotency-Key"] == "42"


@pytest.mark.parametrize(("status", "may_pass"), [(503, True), (429, True), (410, False)])
def test_a_webhooks_status_tells_whether_to_try_again(sink: WebSink, status: int, may_pass: bool) -> None:
    sink.status = status
    with pytest.raises(DeliveryError) as caught:
        send_webhook(settings(), to(sink), NOW)
    assert caught.value.may_pass is may_pass


def test_mail_arrives_with_its_chinese_subject() -> None:
    with mail_sink() as server:
        receipt = send_mail(settings(smtp_url=server.url), Message("7", "a@bank.example", "催办：超时", "请处理"), NOW)
        (mail,) = server.mails
        assert (mail["Subject"], mail["To"]) == ("催办：超时", "a@bank.example")
        assert mail.get_content().strip() == "请处理"
        assert mail["Message-ID"] == receipt.provider_id


@pytest.mark.parametrize(("answer", "may_pass"), [("550 no such user", False), ("451 come back later", True)])
def test_a_mail_server_that_refuses_says_for_how_long(answer: str, may_pass: bool) -> None:
    with mail_sink() as server:
        server.answer = answer
        with pytest.raises(DeliveryError) as caught:
            send_mail(settings(smtp_url=server.url), Message("7", "a@bank.example", "s", "t"), NOW)
    assert caught.value.may_pass is may_pass
    assert "bank.example" not in str(caught.value)


def test_aliyuns_signature_is_that_of_its_manual() -> None:
    headers = sign_aliyun(
        "YourAccessKeyId",
        "YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        body=b"",
        nonce="3156853299f313e23d1673dc12e1703d",
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
    )
    wanted = "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    assert headers["Authorization"].endswith(wanted)


def test_tencents_signature_is_that_of_its_manual() -> None:
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = sign_tencent(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        "Gu5t9xGARNpq86cd98joQYCN3*******",
        host="cvm.tencentcloudapi.com",
        service="cvm",
        action="DescribeInstances",
        body=body,
        now=datetime.fromtimestamp(1551113065, UTC),
    )
    wanted = "Signature=be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3"
    assert headers["Authorization"].endswith(wanted)


@pytest.mark.parametrize(
    ("driver", "good", "bad"),
    [
        (
            "aliyun",
            {"Code": "OK", "BizId": "b1"},
            {"Code": "isv.MOBILE_NUMBER_ILLEGAL"},
        ),
        (
            "tencent",
            {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": "b1"}]}},
            {"Response": {"SendStatusSet": [{"Code": "InvalidParameterValue.IncorrectPhoneNumber"}]}},
        ),
    ],
)
def test_a_text_message_is_sent_by_the_providers_code(
    sink: WebSink, driver: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    host = urlsplit(sink.url).netloc
    url = f"{driver}://key:secret@{host}?sign=Redress&plain=1&acknowledgement=SMS_1"
    message = Message("9", "13812345678", "s", "t", template="acknowledgement", parameters={"number": "TS-1"})
    sink.answer = good
    assert send_sms(settings(sms_url=url), message, NOW).provider_id == "b1"
    sink.answer = bad
    with pytest.raises(DeliveryError) as caught:
        send_sms(settings(sms_url=url), message, NOW)
    assert (caught.value.may_pass, "13812345678" in str(caught.value)) == (False, False)


def test_a_template_without_a_providers_code_is_named() -> None:
    message = Message("9", "13812345678", "s", "t", template="survey")
    with pytest.raises(DeliveryError, match="survey"):
        send_sms(settings(sms_url="aliyun://key:secret@host?sign=Redress"), message, NOW)
