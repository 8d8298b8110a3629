"""Tests of personal's imports."""
