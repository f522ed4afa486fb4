"""Checks of a stack and of a reconstruction: what is wrong, how sure that is, where to look first."""
