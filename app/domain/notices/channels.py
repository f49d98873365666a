"""The channels a notice can take, and which of them reach a person, a group or a system."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """One way to reach somebody."""

    IN_APP = "in_app"
    EMAIL = "email"
    SMS = "sms"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    WEBHOOK = "webhook"
    APP = "app"
    WECHAT = "wechat"


ROBOTS = frozenset({Channel.DINGTALK, Channel.WECOM, Channel.FEISHU})
"""Channels that reach a group's room, not one person."""

CUSTOMER_FIELDS = {Channel.SMS: "customerPhone", Channel.EMAIL: "customerEmail"}
"""Where a customer's address stands in the complaint; in the order in which they are tried."""

PUSHED = frozenset({Channel.APP, Channel.WECHAT})
"""Channels to customers that another system of the house serves, the one of that name: it is told by its webhook."""

PUSH_IDENTITIES = ("customerNumber", "customerWechat", "customerPhone")
"""Fields by which such a system knows the customer."""

CUSTOMER_CHANNELS = {
    "phone": Channel.SMS,
    "sms": Channel.SMS,
    "email": Channel.EMAIL,
    "app": Channel.APP,
    "wechat": Channel.WECHAT,
}
"""The channel a customer chose on the complaint form (`preferredChannel`), as ours."""


class RecipientKind(StrEnum):
    """Who is told: a person or group of the house, the customer of a complaint, whoever holds a contact, a system."""

    PERSON = "person"
    GROUP = "group"
    CUSTOMER = "customer"
    CONTACT = "contact"
    SYSTEM = "system"
