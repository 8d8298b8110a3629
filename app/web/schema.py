"""The base of every shape that comes in or goes out."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, pre_load


class Shape(Schema):
    """A business object: unknown keys are refused; read-only ones may be sent back and are ignored."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _ignore_read_only(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        read_only = {field.data_key or name for name, field in self.dump_fields.items() if field.dump_only}
        return {key: value for key, value in data.items() if key not in read_only}
