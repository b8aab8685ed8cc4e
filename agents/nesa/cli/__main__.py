"""``python -m nesa.cli``."""

from nesa.cli import main

main()
