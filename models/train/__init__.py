"""Models trained by scripts, on data that the scripts make."""
