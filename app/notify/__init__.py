"""Ways out of the house: mail, text messages, group robots, signed webhooks, and the guarded HTTP they go over.

Each adapter takes one message and says that it was accepted, or raises DeliveryError. Knows no row and no template.
"""

from __future__ import annotations

from app.notify.message import DeliveryError, Message, Receipt

__all__ = ["DeliveryError", "Message", "Receipt"]
