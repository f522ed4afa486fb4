"""What distinguishes one phantom from another: the heart, its cycle and the body around it."""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import SettingsError
from calid_core.ranges import Range, check_ranges

DEPTH_CENTRE = 32.0
"""Distance of the middle of the chest behind the mitral centre, mm."""
RANGES = {
    "length": Range(50, 150, unit="mm"),
    "cavity_radius": Range(12, 50, unit="mm"),
    "wall": Range(3, 30, unit="mm"),
    "ejection_fraction": Range(0.05, 0.85),
    "systole": Range(0.2, 0.5),
    "atrial_kick": Range(0, 0.5),
    "rr_interval": Range(300, 2000, unit="ms"),
}
"""Of a heart."""


class Pathology(Enum):
    """State of the left ventricle."""

    NORMAL = "normal"
    DILATED = "dilated"
    HYPERTROPHIED = "hypertrophied"
    SCAR = "scar"


Harmonics = tuple[tuple[float, float], ...]
"""``(cosine, sine)`` amplitudes of the 1st, 2nd, … angular harmonic, as a share of the mean radius."""


@dataclass(frozen=True)
class Scar:
    """A thin sector that hardly moves.

    Parameters
    ----------
    angle
        Centre in rad; 0 is the lateral wall, pi/2 the inferior wall.
    level
        Centre along the long axis, 0 at the base, 1 at the apex.
    angular_width, axial_width
        Half-widths: rad, and share of the length.
    thinning, immobility
        Share of wall thickness and of inward motion that is lost at the centre, 0 to 1.
    """

    angle: float = 0.6
    level: float = 0.55
    angular_width: float = 0.7
    axial_width: float = 0.35
    thinning: float = 0.5
    immobility: float = 0.9


@dataclass(frozen=True)
class HeartParameters:
    """Shape and motion of the heart; lengths in mm at end-diastole.

    Parameters
    ----------
    length
        Mitral plane to epicardial apex.
    cavity_radius
        Largest mean endocardial radius of the left ventricle.
    wall
        Mean wall thickness at mid-level.
    septal_excess
        Thickness of the septum over the mean, as a share.
    ejection_fraction
        Of the left ventricle, 0 to 1.
    base_descent
        Way of the mitral plane towards the apex in systole.
    twist_base, twist_apex
        Rotation at end-systole in rad, positive from the lateral to the inferior wall.
    systole
        End-systole as a share of the cycle.
    atrial_kick
        Share of the stroke volume that the atrial contraction fills.
    rr_interval
        Length of the cycle in ms.
    right_size
        Size of the right ventricle, 1 normal.
    trabeculation
        Depth of the trabeculae.
    papillary_angles
        Anterolateral and posteromedial papillary muscle, rad.
    papillary_radius
        Radius of their bellies.
    tilt
        Slope of the valve plane along the lateral and the inferior direction.
    bend
        Sideways excursion of the long axis at mid-level, lateral and inferior.
    endocardium, epicardium
        Angular harmonics of the two surfaces.
    fat
        Thickness of the epicardial fat.
    scar
        None where there is none.
    """

    length: float = 98.0
    cavity_radius: float = 26.5
    wall: float = 8.5
    septal_excess: float = 0.1
    ejection_fraction: float = 0.6
    base_descent: float = 13.0
    twist_base: float = 0.07
    twist_apex: float = -0.18
    systole: float = 0.36
    atrial_kick: float = 0.2
    rr_interval: float = 900.0
    right_size: float = 1.0
    trabeculation: float = 2.6
    papillary_angles: tuple[float, float] = (-0.55, 1.55)
    papillary_radius: float = 5.2
    tilt: tuple[float, float] = (0.05, -0.12)
    bend: tuple[float, float] = (1.5, -1.5)
    endocardium: Harmonics = ((0.0, 0.0), (0.035, 0.02), (0.012, -0.01), (-0.006, 0.008))
    epicardium: Harmonics = ((0.0, 0.0), (0.02, 0.015), (0.01, -0.006), (0.004, 0.004))
    fat: float = 2.5
    scar: Scar | None = None

    def __post_init__(self) -> None:
        check_ranges(self, RANGES, SettingsError)
        check_ranges(self, {"base_descent": Range(0, 0.25 * self.length, unit="mm")}, SettingsError)


@dataclass(frozen=True)
class BodyParameters:
    """The chest around the heart, mm.

    Parameters
    ----------
    heart_axes
        ``(lateral, inferior, apical)`` unit vectors of the heart in LPS.
    origin
        LPS position of the centre of the mitral plane at end-diastole.
    midline
        Right-left offset of the sternum and spine from that centre.
    half_width, half_depth
        Half axes of the rib cage inside the chest wall.
    muscle
        Thickness of the chest wall without subcutaneous fat.
    fat
        Mean thickness of the subcutaneous fat.
    diaphragm
        Height of the right dome above the mitral centre.
    """

    heart_axes: tuple[tuple[float, float, float], ...] = (
        (0.722, 0.662, 0.201),
        (-0.201, 0.479, -0.854),
        (0.662, -0.576, -0.479),
    )
    origin: tuple[float, float, float] = (18.0, -168.0, 42.0)
    midline: float = -22.0
    half_width: float = 132.0
    half_depth: float = 104.0
    muscle: float = 24.0
    fat: float = 11.0
    diaphragm: float = -22.0

    @property
    def axes(self) -> FloatArray:
        """``(3, 3)``, the heart's axes in rows, exactly orthonormal."""
        left, _, right = np.linalg.svd(np.array(self.heart_axes))
        rotation: FloatArray = left @ right
        return rotation


@dataclass(frozen=True)
class PhantomParameters:
    """Everything that defines one phantom.

    Parameters
    ----------
    heart, body
        Shape and motion.
    pathology
        What the heart was drawn as.
    seed
        Of the tissue texture, vessels and other details.
    """

    heart: HeartParameters = field(default_factory=HeartParameters)
    body: BodyParameters = field(default_factory=BodyParameters)
    pathology: Pathology = Pathology.NORMAL
    seed: int = 0

    @classmethod
    def random(
        cls, generator: np.random.Generator, *, pathology: Pathology = Pathology.NORMAL
    ) -> "PhantomParameters":
        """Plausible parameters of one patient.

        Parameters
        ----------
        generator
            Source of randomness; the same state gives the same patient.
        pathology
            State of the left ventricle.
        """
        return cls(
            heart=_random_heart(generator, pathology),
            body=_random_body(generator),
            pathology=pathology,
            seed=int(generator.integers(2**31)),
        )


def _random_heart(generator: np.random.Generator, pathology: Pathology) -> HeartParameters:
    def around(mean: float, deviation: float) -> float:
        return float(mean + deviation * np.clip(generator.standard_normal(), -2, 2))

    length, radius, wall, ejection, descent = {
        Pathology.NORMAL: (96.0, 26.0, 8.5, 0.61, 13.0),
        Pathology.DILATED: (108.0, 34.0, 7.8, 0.27, 6.0),
        Pathology.HYPERTROPHIED: (95.0, 23.0, 14.0, 0.68, 10.0),
        Pathology.SCAR: (101.0, 29.0, 8.6, 0.38, 8.5),
    }[pathology]
    septal = {Pathology.HYPERTROPHIED: 0.3}.get(pathology, 0.08)
    length = around(length, 5)
    scar = None
    if pathology is Pathology.SCAR:
        scar = Scar(
            angle=float(generator.uniform(-np.pi, np.pi)),
            level=float(generator.uniform(0.4, 0.85)),
            angular_width=float(generator.uniform(0.5, 1.0)),
            thinning=float(generator.uniform(0.35, 0.6)),
        )
    return HeartParameters(
        length=length,
        cavity_radius=around(radius, 1.6),
        wall=around(wall, 0.7),
        septal_excess=around(septal, 0.06),
        ejection_fraction=float(np.clip(around(ejection, 0.045), 0.1, 0.8)),
        base_descent=max(2.0, around(descent, 1.5)),
        twist_base=around(0.06, 0.02),
        twist_apex=around(-0.17, 0.04),
        systole=float(np.clip(around(0.36, 0.025), 0.3, 0.44)),
        atrial_kick=float(np.clip(around(0.2, 0.05), 0.05, 0.35)),
        rr_interval=around(880, 90),
        right_size=around(1.0, 0.07),
        trabeculation=max(0.8, around(2.6, 0.7)),
        papillary_angles=(around(-0.55, 0.2), around(1.6, 0.25)),
        papillary_radius=around(5.0, 0.6),
        tilt=(around(0.05, 0.04), around(-0.12, 0.05)),
        bend=(around(1.0, 1.5), around(-1.0, 1.5)),
        endocardium=tuple((around(0, s), around(0, s)) for s in (0.0, 0.03, 0.013, 0.009)),
        epicardium=tuple((around(0, s), around(0, s)) for s in (0.0, 0.02, 0.009, 0.005)),
        fat=max(1.0, around(2.6, 0.8)),
        scar=scar,
    )


def _random_body(generator: np.random.Generator) -> BodyParameters:
    base = BodyParameters()
    angles = generator.normal(0, 0.12, 3).clip(-0.25, 0.25)
    axes = np.array(base.heart_axes) @ _rotation(angles)
    return BodyParameters(
        heart_axes=tuple((float(a[0]), float(a[1]), float(a[2])) for a in axes),
        origin=(
            float(generator.normal(18, 8)),
            float(generator.normal(-168, 15)),
            float(generator.normal(42, 20)),
        ),
        midline=float(generator.normal(-22, 4)),
        half_width=float(generator.normal(132, 6)),
        half_depth=float(generator.normal(104, 4)),
        muscle=float(np.clip(generator.normal(24, 3), 16, 34)),
        fat=float(np.clip(generator.lognormal(np.log(10), 0.4), 4, 28)),
        diaphragm=float(generator.normal(-22, 6)),
    )


def _rotation(angles: FloatArray) -> FloatArray:
    """Rotation about x, then y, then z by three angles in rad."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles), np.sin(angles)
    x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    rotation: FloatArray = z @ y @ x
    return rotation
