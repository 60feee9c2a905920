"""Networks of the user's own: brought, looked at, tried on known faces, and given a card.

`bringing` finds the network's file, `conventions` tries how it wants to be fed, and `adopting` puts
the two together.
"""

from .add import Adopted, Order, adopt
from .conventions import Wishes

__all__ = ["Adopted", "Order", "Wishes", "adopt"]
