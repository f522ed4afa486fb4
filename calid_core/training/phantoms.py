"""Phantoms of a training pack: dense truth, which no sparse acquisition has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from calid_core.datasets.labels import label_box
from calid_core.phantom import AcquisitionParameters, Pathology, Phantom, PhantomParameters
from calid_core.training.pack import PackedVolume
from calid_core.training.sources import PHANTOM_PREFIX, crop_volume

PITCH = 1.25
"""Distance of the slices in mm: the spacing that a stack of 10 mm is filled to by default."""
SLICES = 36
PIXELS = (1.2, 1.8)
THICKNESSES = (5.0, 10.0)
FIRST = -12.0
"""Least distance of the first slice from the mitral plane towards the apex in mm."""


def phantom_volumes(count: int, crop: int) -> Iterator[PackedVolume]:
    """``count`` different hearts, one moment and one 45 mm part of each; the n-th is always the same.

    Slices are not moved by breath-holds: neighbours in the truth fit together. Batches move the acquired ones.
    """
    kinds = tuple(Pathology)
    for index in range(count):
        generator = np.random.default_rng([index, 1])
        phantom = Phantom(PhantomParameters.random(generator, pathology=kinds[index % len(kinds)]))
        pixel, thickness = generator.uniform(*PIXELS), float(np.rint(generator.uniform(*THICKNESSES)))
        last = phantom.parameters.heart.length - (SLICES - 1) * PITCH
        geometry = phantom.short_axis(
            slices=SLICES,
            pitch=PITCH,
            rows=crop,
            columns=crop,
            pixel=pixel,
            start=float(generator.uniform(FIRST, last)),
        )
        drawn = AcquisitionParameters.random(generator, thickness=thickness)
        still = replace(drawn, breath_hold_shift=0.0)
        fraction = generator.uniform()
        images = phantom.images(geometry, fraction, acquisition=still)[0]
        box = label_box(phantom.labels(geometry, fraction)[0], (pixel, pixel))
        part, inside = crop_volume(images, box, crop)
        yield PackedVolume(
            subject=f"{PHANTOM_PREFIX}{index:04d}",
            phase=1,
            intensity=part,
            spacing=float(pixel),
            pitch=PITCH,
            thickness=thickness,
            box=inside,
            validation=False,
        )
