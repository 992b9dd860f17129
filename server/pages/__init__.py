"""Pages that work without JavaScript, made from the public API alone."""
