"""Structures of the heart that are drawn and recognised, by the values that ACDC labels them with."""

BACKGROUND, RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE = range(4)
