"""Shapes of what people of the jury send; nothing here saves."""
