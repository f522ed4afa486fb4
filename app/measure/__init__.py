"""Measurements as values: distances, angles, regions and profiles, in mm and ms, each saying what it was made on."""
