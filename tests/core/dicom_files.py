"""Synthetic DICOM cines whose every pixel tells its slice, phase and place."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR = "1.2.840.10008.5.1.4.1.1.4"
ROW_DIRECTION = np.array([0.8, 0.0, 0.6])
COLUMN_DIRECTION = np.array([0.36, 0.8, -0.48])
NORMAL = np.cross(ROW_DIRECTION, COLUMN_DIRECTION)
"""(-0.48, 0.6, 0.64): from the apex to the base of a usual heart."""
Edit = Callable[[Dataset, int, int], None]


def pixel_values(slice_: int, phase: int, rows: int = 6, columns: int = 8) -> np.ndarray:
    """``(rows, columns)``: 1000 · slice + 100 · phase + 10 · row + column."""
    row, column = np.mgrid[:rows, :columns]
    return (1000 * slice_ + 100 * phase + 10 * row + column).astype(np.uint16)


@dataclass
class Cine:
    """What a written cine looks like; slices are counted along the normal."""

    slices: int = 5
    phases: int = 4
    pitch: float = 10.0
    rows: int = 6
    columns: int = 8
    spacing: tuple[float, float] = (1.5, 1.25)
    row_direction: np.ndarray = field(default_factory=ROW_DIRECTION.copy)
    column_direction: np.ndarray = field(default_factory=COLUMN_DIRECTION.copy)
    origin: tuple[float, float, float] = (-120.0, -80.0, 30.0)
    description: str = ""
    trigger_step: float = 200.0
    series_number: int = 7
    series_per_slice: bool = False
    thickness: float = 8.0
    study_uid: str = "1.2.3.4"
    patient: str = "SECRET^NAME"
    missing: Collection[tuple[int, int]] = ()
    edit: Edit = lambda dataset, slice_, phase: None

    @property
    def normal(self) -> np.ndarray:
        return np.cross(self.row_direction, self.column_direction)

    def position(self, slice_: int) -> np.ndarray:
        """ImagePositionPatient of a slice."""
        return np.array(self.origin) + slice_ * self.pitch * self.normal

    def dataset(self, slice_: int, phase: int) -> Dataset:
        """One frame, ready to be saved."""
        dataset = Dataset()
        dataset.SOPClassUID, dataset.SOPInstanceUID = MR, generate_uid()
        dataset.StudyInstanceUID, dataset.FrameOfReferenceUID = self.study_uid, "1.2.3.9"
        dataset.PatientName, dataset.PatientID = self.patient, self.patient
        dataset.Modality, dataset.ImageType = "MR", ["ORIGINAL", "PRIMARY", "M"]
        number = self.series_number + (slice_ if self.series_per_slice else 0)
        dataset.SeriesInstanceUID, dataset.SeriesNumber = f"{self.study_uid}.{number}", number
        dataset.SeriesDescription = self.description
        dataset.InstanceNumber = slice_ * self.phases + phase + 1
        dataset.TriggerTime = str(phase * self.trigger_step)
        dataset.NominalInterval = round(self.phases * self.trigger_step)
        dataset.SliceThickness = str(self.thickness)
        dataset.ImagePositionPatient = [f"{v:.6f}" for v in self.position(slice_)]
        directions = (*self.row_direction, *self.column_direction)
        dataset.ImageOrientationPatient = [f"{v:.6f}" for v in directions]
        dataset.PixelSpacing = [str(s) for s in self.spacing]
        set_pixels(dataset, pixel_values(slice_, phase, self.rows, self.columns))
        self.edit(dataset, slice_, phase)
        return dataset

    def datasets(self) -> list[Dataset]:
        """Every frame, slice by slice."""
        frames = [(s, p) for s in range(self.slices) for p in range(self.phases)]
        return [self.dataset(*frame) for frame in frames if frame not in self.missing]

    def write(self, folder: Path, *, suffix: str = ".dcm", seed: int = 0) -> list[Path]:
        """Write every frame under a random name."""
        folder.mkdir(parents=True, exist_ok=True)
        names = np.random.default_rng(seed).permutation(10**6)
        paths = []
        for number, dataset in enumerate(self.datasets()):
            paths.append(folder / f"{names[number]:06d}{suffix}")
            save(dataset, paths[-1])
        return paths


def enhanced(cine: Cine) -> Dataset:
    """The whole cine as one Enhanced MR file, phases in front of slices."""
    dataset = cine.dataset(0, 0)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"
    for name in (
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "PixelSpacing",
        "TriggerTime",
        "SliceThickness",
    ):
        del dataset[name]
    shared = Dataset()
    measures, orientation = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [str(s) for s in cine.spacing], "8.0"
    orientation.ImageOrientationPatient = [f"{v:.6f}" for v in (*cine.row_direction, *cine.column_direction)]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    dataset.SharedFunctionalGroupsSequence = [shared]
    groups, frames = [], []
    for phase in range(cine.phases):
        for slice_ in range(cine.slices):
            place, heart, item = Dataset(), Dataset(), Dataset()
            place.ImagePositionPatient = [f"{v:.6f}" for v in cine.position(slice_)]
            heart.NominalCardiacTriggerDelayTime = phase * 40.0
            heart.RRIntervalTimeNominal = 640.0
            item.PlanePositionSequence, item.CardiacSynchronizationSequence = [place], [heart]
            groups.append(item)
            frames.append(pixel_values(slice_, phase))
    dataset.PerFrameFunctionalGroupsSequence = groups
    set_pixels(dataset, np.array(frames))
    dataset.NumberOfFrames = len(frames)
    return dataset


def set_pixels(dataset: Dataset, values: np.ndarray) -> None:
    """Set 16-bit pixels and what describes them."""
    dataset.Rows, dataset.Columns = values.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, int(values.dtype.kind == "i")
    dataset.PixelData = values.astype(values.dtype.newbyteorder("<")).tobytes()


def save(dataset: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> None:
    """Save with a file meta header."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path, enforce_file_format=True)
