"""Permissions of the built-in roles, as the manifests give them."""

from app.registry import default_roles

ROLE_PERMISSIONS = {one.code: one.permissions for one in default_roles()}
