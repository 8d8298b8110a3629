"""Services of roles and permissions."""

from app.core.access.service.defaults import DefaultRoles
from app.core.access.service.roles import NewRole, RoleChanges, RoleService

__all__ = ["DefaultRoles", "NewRole", "RoleChanges", "RoleService"]
