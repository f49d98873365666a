"""E-mail by SMTP."""

from __future__ import annotations

import logging
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from app.config import Settings
from app.notify.message import DeliveryError, Message, Receipt

log = logging.getLogger(__name__)


def send_mail(settings: Settings, message: Message, now: datetime) -> Receipt:
    """Send one mail to one person, or with `log:` write a line. A refusal with a 5xx code is final; others may pass."""
    if not settings.smtp_url:
        raise DeliveryError("Expected REDRESS_SMTP_URL to name a mail server, but it is not set", may_pass=False)
    if urlsplit(settings.smtp_url).scheme == "log":
        log.info("mail.sent", extra={"notice": message.key})
        return Receipt("log")
    mail = EmailMessage()
    try:
        mail["Subject"], mail["From"], mail["To"] = message.subject, settings.mail_from, message.address
    except ValueError as error:
        raise DeliveryError(
            "Expected an address and a subject of one line, but they are not", may_pass=False
        ) from error
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.key}@{settings.mail_from.rpartition('@')[2]}>"
    mail.set_content(message.text)
    parts = urlsplit(settings.smtp_url)
    try:
        with _connect(settings, parts) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused(codes[0] if codes else 0) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"Expected the mail server to take it, but {type(error).__name__}") from error
    return Receipt(str(mail["Message-ID"]))


def _connect(settings: Settings, parts: SplitResult) -> smtplib.SMTP:
    host, timeout = parts.hostname or "", settings.http_job_timeout_seconds
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=timeout, context=ssl.create_default_context())
    server = smtplib.SMTP(host, parts.port or 587, timeout=timeout)
    if "starttls" in parts.query:
        server.starttls(context=ssl.create_default_context())
    return server


def _refused(code: int) -> DeliveryError:
    return DeliveryError(f"Expected the mail server to take it, but it answered {code}", may_pass=not 500 <= code < 600)
