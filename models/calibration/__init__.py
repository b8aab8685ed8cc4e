"""Calibration of verification profiles: honest variation against cheats, under fixed seeds."""
