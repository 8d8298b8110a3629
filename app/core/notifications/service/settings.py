"""The channels that a user chooses for each kind."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from app.core.notifications.models import NotificationSettings, NotificationSettingsRecord
from app.core.notifications.repository import SettingsRepository
from app.core.notifications.rules import EVERYWHERE, Channels, channels_of
from app.infra.context import Context
from app.infra.notifications import NotificationKind
from app.kernel.errors import Invalid
from app.kernel.identity import Identity


class ChannelChoices(TypedDict, total=False):
    """The channels of a kind that a caller may choose."""

    in_app: bool
    email: bool


class KindSettings(NamedTuple):
    """A user's channels by kind; the id is the user's."""

    id: int
    version: int
    kinds: Mapping[str, Channels]


class SettingsService:
    """Shows and changes the channels of the kinds that the user's permissions allow."""

    def __init__(self, context: Context, identity: Identity, kinds: Mapping[str, NotificationKind]) -> None:
        self.user_id = identity.user_id
        self.kinds = {name: kind for name, kind in kinds.items() if identity.may(kind.permission)}
        self.settings = SettingsRepository(context.session)

    def get(self) -> KindSettings:
        """The user's channels."""
        return self._shown(self.settings.of_user(self.user_id))

    def update(self, choices: Mapping[str, ChannelChoices]) -> KindSettings:
        """Change the channels of the given kinds, and leave the others."""
        if errors := {name: [problem] for name, one in choices.items() if (problem := self._problem(name, one))}:
            raise Invalid("The request is not valid.", errors=errors)
        stored = self.settings.of_user_for_update(self.user_id)
        changed = {name: channels_of(name, stored.kinds)._replace(**one)._asdict() for name, one in choices.items()}
        return self._shown(self.settings.change(stored, {"kinds": {**stored.kinds, **changed}}))

    def _problem(self, name: str, chosen: ChannelChoices) -> str | None:
        if name not in self.kinds:
            return "There is no such kind of notification."
        if not self.kinds[name].can_be_off and EVERYWHERE._replace(**chosen) != EVERYWHERE:
            return "Can't be switched off."
        return None

    def _shown(self, stored: NotificationSettings | NotificationSettingsRecord) -> KindSettings:
        return KindSettings(stored.id, stored.version, {name: channels_of(name, stored.kinds) for name in self.kinds})
