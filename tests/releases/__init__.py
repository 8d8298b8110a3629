"""Databases that released code made, with the answers that it gave about them."""
