"""Access: roles and their permissions, which users have and administrators change."""
