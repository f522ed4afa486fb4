"""The language of the window: which there are, which is chosen, and its texts given to Qt."""

from functools import cache

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.preferences import Preferences
from app.resources import resources_folder
from app.translation import set_lookup

LANGUAGE = "language"
"""Name under which the choice is stored."""
SYSTEM = "system"
ENGLISH = "en"
PREFIX = "calid_"
"""``calid_de.qm`` holds the texts in German; that of English only the singular and plural forms."""

_installed: list[QTranslator] = []


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that come with the program, such as ``de``, in alphabetical order."""
    files = (resources_folder() / "translations").glob(f"{PREFIX}*.qm")
    return tuple(sorted(path.stem.removeprefix(PREFIX) for path in files))


def own_name(code: str) -> str:
    """Name of a language in itself: ``English``, ``Deutsch``."""
    return "English" if code == ENGLISH else QLocale(code).nativeLanguageName().capitalize()


def stored_language(preferences: Preferences) -> str:
    """The language chosen; ``SYSTEM`` at first and where what is stored does not exist."""
    stored = preferences.text(LANGUAGE, SYSTEM)
    return stored if stored in languages() else SYSTEM


def language_of_system() -> str:
    """The first language the person reads, by the settings of the system, that there is; else English."""
    wanted = (name.replace("_", "-").split("-")[0] for name in QLocale.system().uiLanguages())
    return next((code for code in wanted if code in languages()), ENGLISH)


def install(application: QCoreApplication, language: str) -> None:
    """Show every text made from now on in a language.

    Parameters
    ----------
    language
        One of ``languages()``, or ``SYSTEM``.
    """
    code = language_of_system() if language == SYSTEM else language
    for old in _installed:
        application.removeTranslator(old)
    _installed.clear()
    ours = str(resources_folder() / "translations")
    qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase_", qts), (PREFIX, ours)):
        translator = QTranslator(application)
        if translator.load(name + code, folder) and application.installTranslator(translator):
            _installed.append(translator)
    set_lookup(_from_qt)
    # Numbers have a decimal point in every language, as in DICOM, in reports and in the texts of the core.
    plain = QLocale.c()
    plain.setNumberOptions(
        QLocale.NumberOption.OmitGroupSeparator | QLocale.NumberOption.RejectGroupSeparator
    )
    QLocale.setDefault(plain)


def _from_qt(text: str, comment: str, n: int) -> str:
    return QCoreApplication.translate("", text, comment or None, n)
