"""Signal of the tissues in a balanced steady-state image, before coil shading; fat is negative (opposite phase)."""

LUNG = 20.0
CORTEX = 22.0
MUSCLE = 60.0
MYOCARDIUM = 74.0
LIVER = 66.0
SPLEEN = 92.0
STOMACH_WALL = 70.0
DISC = 40.0
SKIN = 90.0
FLUID = 230.0
VENOUS_BLOOD = 196.0
ARTERIAL_BLOOD = 256.0
FAT = -185.0
MARROW = -70.0
BOWEL = 75.0
